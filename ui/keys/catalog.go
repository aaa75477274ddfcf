package keys

// The actions of the catalog.
const (
	Catalog     Action = "catalog"
	Filter      Action = "filter"
	Quick       Action = "quick_filter"
	Sort        Action = "sort"
	SortReverse Action = "sort_reverse"
	Detail      Action = "detail"
	CompareNow  Action = "compare_models"
	Plot        Action = "plot"
	PlotAxis    Action = "plot_axis"
	FreeModels  Action = "free_models"
	AskFree     Action = "ask_free"
	Rankings    Action = "rankings"
	Refresh     Action = "refresh_catalog"
	Favourite   Action = "favourite"
	ModelPage   Action = "model_page"
)

const groupCatalog = "Catalog"

func catalogRows() []Binding {
	return []Binding{
		{Action: Catalog, In: Main, Group: groupCatalog, Keys: []string{"ctrl+x c"}, Hint: "catalog", Help: "browse every model and its prices, or go back to the lanes", Slash: []string{"catalog", "browse"}},
		{Action: Filter, In: Browse, Group: groupCatalog, Keys: []string{"/", "i"}, Hint: "filter", Help: "type a filter: words, free, tools, ctx>200k, in<1, by:anthropic; tab completes"},
		{Action: Quick, In: Browse, Group: groupCatalog, Keys: []string{"1", "2", "3", "4", "5", "6", "7", "8", "9"}, Hint: "quick filter", Help: "switch a filter on or off, by its number; among free models, how many to ask"},
		{Action: Sort, In: Browse, Group: groupCatalog, Keys: []string{"s"}, Hint: "sort", Help: "sort by the next key"},
		{Action: SortReverse, In: Browse, Group: groupCatalog, Keys: []string{"S"}, Hint: "reverse", Help: "turn the order round; what is unknown stays last"},
		{Action: Tick, In: Browse, Group: groupCatalog, Keys: []string{"space"}, Hint: "tick", Help: "tick a model, to compare it or to open it as a lane"},
		{Action: Pick, In: Browse, Group: groupCatalog, Keys: []string{"enter"}, Hint: "open lanes", Help: "open the ticked models as lanes, or this one"},
		{Action: Detail, In: Browse, Group: groupCatalog, Keys: []string{"d", "right", "l"}, Hint: "detail", Help: "everything known of this model"},
		{Action: CompareNow, In: Browse, Group: groupCatalog, Keys: []string{"c"}, Hint: "compare", Help: "the ticked models side by side"},
		{Action: Plot, In: Browse, Group: groupCatalog, Keys: []string{"p"}, Hint: "plot", Help: "price against score or context"},
		{Action: PlotAxis, In: Browse, Group: groupCatalog, Keys: []string{"x"}, Hint: "axis", Help: "in the plot: score or context"},
		{Action: FreeModels, In: Browse, Group: groupCatalog, Keys: []string{"F"}, Hint: "free", Help: "models that cost nothing, and what is left of their quotas", Slash: []string{"free"}},
		{Action: AskFree, In: Browse, Group: groupCatalog, Keys: []string{"a"}, Hint: "ask", Help: "among free models: ask the prompt in the composer of the ticked ones, or of the first few"},
		{Action: Rankings, In: Browse, Group: groupCatalog, Keys: []string{"R"}, Hint: "rankings", Help: "which models the world uses, and which ones you do", Slash: []string{"rankings"}},
		{Action: Refresh, In: Browse, Group: groupCatalog, Keys: []string{"r"}, Hint: "refresh", Help: "ask the public catalogs for news; what is shown stays until they answer"},
		{Action: Favourite, In: Browse, Group: groupCatalog, Keys: []string{"f", "ctrl+f"}, Hint: "favourite", Help: "keep this model among the favourites, or no longer"},
		{Action: ModelPage, In: Browse, Group: groupCatalog, Keys: []string{"o"}, Hint: "web page", Help: "open the model's page in the browser"},
		{Action: Copy, In: Browse, Group: groupCatalog, Keys: []string{"y"}, Hint: "copy id", Help: "copy the model's id"},
		{Action: Down, In: Browse, Group: groupCatalog, Keys: []string{"j", "down"}, Hint: "down", Help: "a row down"},
		{Action: Up, In: Browse, Group: groupCatalog, Keys: []string{"k", "up"}, Hint: "up", Help: "a row up"},
		{Action: PageDown, In: Browse, Group: groupCatalog, Keys: []string{"pgdown"}, Hint: "page down", Help: "a page down"},
		{Action: PageUp, In: Browse, Group: groupCatalog, Keys: []string{"pgup"}, Hint: "page up", Help: "a page up"},
		{Action: HalfDown, In: Browse, Group: groupCatalog, Keys: []string{"ctrl+d", "J"}, Hint: "half down", Help: "half a page down; J scrolls the detail beside the list"},
		{Action: HalfUp, In: Browse, Group: groupCatalog, Keys: []string{"ctrl+u", "K"}, Hint: "half up", Help: "half a page up; K scrolls the detail beside the list"},
		{Action: Top, In: Browse, Group: groupCatalog, Keys: []string{"g", "home"}, Hint: "top", Help: "to the first row"},
		{Action: Follow, In: Browse, Group: groupCatalog, Keys: []string{"G", "end"}, Hint: "end", Help: "to the last row"},
		{Action: Help, In: Browse, Group: groupCatalog, Keys: []string{"?"}, Hint: "help", Help: "every key"},
		{Action: Palette, In: Browse, Group: groupCatalog, Keys: []string{":"}, Hint: "commands", Help: "find any command by its words"},
	}
}
