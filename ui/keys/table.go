package keys

// Action names what a binding does; the config file uses the same names.
type Action string

// The actions.
const (
	Send          Action = "send"
	Newline       Action = "newline"
	HistoryPrev   Action = "history_prev"
	HistoryNext   Action = "history_next"
	HistorySearch Action = "history_search"
	Editor        Action = "editor"

	Models     Action = "models"
	FuseToggle Action = "fuse_toggle"
	FuseNow    Action = "fuse_now"
	Panels     Action = "panel"
	NewChat    Action = "new_conversation"
	Record     Action = "record"

	FocusNext Action = "focus_next"
	FocusPrev Action = "focus_prev"
	Jump      Action = "jump"
	Zoom      Action = "zoom"
	TurnPrev  Action = "turn_prev"
	TurnNext  Action = "turn_next"

	Stop        Action = "stop"
	StopAll     Action = "stop_all"
	Retry       Action = "retry"
	RetryFailed Action = "retry_failed"
	Swap        Action = "swap_model"
	Preset      Action = "preset"
	Pin         Action = "pin_provider"
	Params      Action = "parameters"
	System      Action = "system"
	Duplicate   Action = "duplicate_lane"
	Remove      Action = "remove_lane"
	Promote     Action = "promote"
	Copy        Action = "copy"
	CopyTurn    Action = "copy_turn"
	CopyCode    Action = "copy_code"
	Thinking    Action = "thinking"
	Trace       Action = "trace"

	Down     Action = "down"
	Up       Action = "up"
	PageDown Action = "page_down"
	PageUp   Action = "page_up"
	HalfDown Action = "half_down"
	HalfUp   Action = "half_up"
	Top      Action = "top"
	Follow   Action = "follow"
	Open     Action = "open"
	Switch   Action = "switch_view"

	Tick Action = "tick"
	Pick Action = "pick"

	Help    Action = "help"
	Palette Action = "palette"
	Mouse   Action = "mouse"
	Redraw  Action = "redraw"
	Back    Action = "back"
	Cancel  Action = "cancel"
	Suspend Action = "suspend"
	Quit    Action = "quit"
	EOF     Action = "quit_when_empty"
)

// groups in the order of the help.
const (
	groupAsk   = "Ask"
	groupMove  = "Move"
	groupLane  = "Lane"
	groupRead  = "Read"
	groupList  = "Lists"
	groupWhole = "Program"
)

func defaults() []Binding {
	var rows []Binding
	for _, part := range [][]Binding{askRows(), moveRows(), laneRows(), readRows(), programRows(), catalogRows()} {
		rows = append(rows, part...)
	}
	return rows
}

func askRows() []Binding {
	return []Binding{
		{Action: Send, In: Composer, Group: groupAsk, Keys: []string{"enter"}, Hint: "send", Help: "send the prompt to every lane"},
		{Action: Newline, In: Composer, Group: groupAsk, Keys: []string{"ctrl+j", "alt+enter", "shift+enter"}, Hint: "newline", Help: "start a new line"},
		{Action: HistoryPrev, In: Composer, Group: groupAsk, Keys: []string{"up"}, Hint: "history", Help: "earlier prompt, from the first line"},
		{Action: HistoryNext, In: Composer, Group: groupAsk, Keys: []string{"down"}, Hint: "history", Help: "later prompt, from the last line"},
		{Action: HistorySearch, In: Composer, Group: groupAsk, Keys: []string{"ctrl+r"}, Hint: "search history", Help: "search earlier prompts", Slash: []string{"history"}},
		{Action: Editor, In: Main, Group: groupAsk, Keys: []string{"ctrl+o", "ctrl+x ctrl+e"}, Hint: "editor", Help: "write the prompt in $VISUAL or $EDITOR", Slash: []string{"editor"}},
		{Action: Models, In: Main, Group: groupAsk, Keys: []string{"ctrl+l", "ctrl+x m"}, Hint: "models", Help: "choose the models to ask", Slash: []string{"models", "model"}, Arg: "[WORDS]"},
		{Action: FuseToggle, In: Main, Group: groupAsk, Keys: []string{"ctrl+x f"}, Hint: "fuse", Help: "fuse the answers of the next prompt, or do not", Slash: []string{"fuse", "fusion", "council"}},
		{Action: FuseNow, In: Main, Group: groupAsk, Keys: []string{"ctrl+x u"}, Hint: "fuse now", Help: "fuse the answers that are there, without waiting for the rest", Slash: []string{"fuse-now"}},
		{Action: Panels, In: Main, Group: groupAsk, Keys: []string{"ctrl+x p"}, Hint: "panel", Help: "choose a fusion panel", Slash: []string{"panel", "panels"}},
		{Action: System, In: Main, Group: groupAsk, Keys: []string{"ctrl+x y"}, Hint: "system prompt", Help: "the instructions every lane gets before the conversation", Slash: []string{"system"}, Arg: "[TEXT]"},
		{Action: NewChat, In: Main, Group: groupAsk, Keys: []string{"ctrl+n", "ctrl+x n"}, Hint: "new", Help: "start a new conversation with the same lanes", Slash: []string{"new", "clear"}},
		{Action: Record, In: Main, Group: groupAsk, Keys: []string{"ctrl+s", "ctrl+x s"}, Hint: "save", Help: "save this conversation's runs to disk", Slash: []string{"save", "record"}},
	}
}

func moveRows() []Binding {
	return []Binding{
		{Action: FocusNext, In: Main, Group: groupMove, Keys: []string{"tab"}, Hint: "next pane", Help: "next pane; completes a command that begins with a slash"},
		{Action: FocusPrev, In: Main, Group: groupMove, Keys: []string{"shift+tab"}, Hint: "previous pane", Help: "previous pane"},
		{Action: Jump, In: Reading, Group: groupMove, Keys: []string{"1", "2", "3", "4", "5", "6", "7", "8", "9"}, Hint: "jump", Help: "jump to the lane of that number"},
		{Action: Zoom, In: Reading, Group: groupMove, Keys: []string{"z", "f"}, Hint: "zoom", Help: "this pane alone, or all again", Slash: []string{"zoom"}},
		{Action: TurnPrev, In: Reading, Group: groupMove, Keys: []string{"["}, Hint: "earlier turn", Help: "earlier turn of the conversation"},
		{Action: TurnNext, In: Reading, Group: groupMove, Keys: []string{"]"}, Hint: "later turn", Help: "later turn of the conversation"},
		{Action: Back, In: All, Group: groupMove, Keys: []string{"esc"}, Hint: "back", Help: "close what is open; else stop the run, keeping what came; else back to the prompt"},
	}
}

func laneRows() []Binding {
	return []Binding{
		{Action: Stop, In: Reading, Group: groupLane, Keys: []string{"x"}, Hint: "stop", Help: "stop this lane, keeping what came", Slash: []string{"stop"}},
		{Action: StopAll, In: Reading, Group: groupLane, Keys: []string{"X"}, Hint: "stop all", Help: "stop the whole run, keeping what came", Slash: []string{"stop-all"}},
		{Action: Retry, In: Reading, Group: groupLane, Keys: []string{"r"}, Hint: "retry", Help: "ask this lane again, and no other", Slash: []string{"retry"}},
		{Action: RetryFailed, In: Reading, Group: groupLane, Keys: []string{"R"}, Hint: "retry failed", Help: "ask every lane that failed or was stopped again", Slash: []string{"retry-failed"}},
		{Action: Swap, In: Reading, Group: groupLane, Keys: []string{"m"}, Hint: "swap model", Help: "another model for this lane", Slash: []string{"swap"}},
		{Action: Preset, In: Reading, Group: groupLane, Keys: []string{"s"}, Hint: "preset", Help: "a preset for this lane", Slash: []string{"preset"}},
		{Action: Pin, In: Reading, Group: groupLane, Keys: []string{"p"}, Hint: "pin provider", Help: "pin this lane to one provider", Slash: []string{"pin"}},
		{Action: Params, In: Reading, Group: groupLane, Keys: []string{"e"}, Hint: "parameters", Help: "temperature, length and other parameters of this lane", Slash: []string{"set"}, Arg: "NAME=VALUE …"},
		{Action: Duplicate, In: Reading, Group: groupLane, Keys: []string{"+"}, Hint: "duplicate", Help: "the same model in one more lane", Slash: []string{"duplicate"}},
		{Action: Remove, In: Reading, Group: groupLane, Keys: []string{"-"}, Hint: "remove", Help: "take this lane away", Slash: []string{"remove"}},
		{Action: Promote, In: Reading, Group: groupLane, Keys: []string{"w"}, Hint: "winner", Help: "continue every lane from this answer, or from its own again", Slash: []string{"promote"}},
		{Action: Copy, In: Reading, Group: groupLane, Keys: []string{"y"}, Hint: "copy", Help: "copy the answer", Slash: []string{"copy"}},
		{Action: CopyTurn, In: Reading, Group: groupLane, Keys: []string{"Y"}, Hint: "copy turn", Help: "copy the prompt and every answer", Slash: []string{"copy-turn"}},
		{Action: CopyCode, In: Reading, Group: groupLane, Keys: []string{"b"}, Hint: "copy code", Help: "copy one code block", Slash: []string{"code"}},
		{Action: Thinking, In: Reading, Group: groupLane, Keys: []string{"t"}, Hint: "thinking", Help: "show or fold the reasoning", Slash: []string{"thinking"}},
		{Action: Trace, In: Reading, Group: groupLane, Keys: []string{"T"}, Hint: "trace", Help: "what was tried: attempts, waits, who answered, what was excluded and why", Slash: []string{"trace"}},
	}
}

func readRows() []Binding {
	return []Binding{
		{Action: Down, In: Reading | Page, Group: groupRead, Keys: []string{"j", "down"}, Hint: "down", Help: "a line down; in fusion the next item"},
		{Action: Up, In: Reading | Page, Group: groupRead, Keys: []string{"k", "up"}, Hint: "up", Help: "a line up; in fusion the item before"},
		{Action: PageDown, In: Reading | Overlay, Group: groupRead, Keys: []string{"pgdown"}, Hint: "page down", Help: "a page down"},
		{Action: PageUp, In: Reading | Overlay, Group: groupRead, Keys: []string{"pgup"}, Hint: "page up", Help: "a page up"},
		{Action: PageDown, In: Composer, Group: groupRead, Keys: []string{"pgdown", "alt+down"}, Hint: "page down", Help: "every answer a page down, while typing"},
		{Action: PageUp, In: Composer, Group: groupRead, Keys: []string{"pgup", "alt+up"}, Hint: "page up", Help: "every answer a page up, while typing"},
		{Action: HalfDown, In: Reading | Page, Group: groupRead, Keys: []string{"ctrl+d", "space"}, Hint: "half down", Help: "half a page down"},
		{Action: HalfUp, In: Reading | Page, Group: groupRead, Keys: []string{"ctrl+u"}, Hint: "half up", Help: "half a page up"},
		{Action: Top, In: Reading | Page, Group: groupRead, Keys: []string{"g", "home"}, Hint: "top", Help: "to the beginning"},
		{Action: Follow, In: Reading | Page, Group: groupRead, Keys: []string{"G", "end"}, Hint: "follow", Help: "to the end, and stay there while text arrives"},
		{Action: Open, In: Fusion, Group: groupRead, Keys: []string{"enter"}, Hint: "evidence", Help: "jump to the passage behind this item"},
		{Action: Zoom, In: Lane, Group: groupRead, Keys: []string{"enter"}, Hint: "zoom", Help: "this lane alone, or all again"},
		{Action: Switch, In: Fusion, Group: groupRead, Keys: []string{"a", "left", "right", "h", "l"}, Hint: "answer", Help: "the fused answer, or the analysis behind it"},
		{Action: Down, In: List, Group: groupList, Keys: []string{"down", "ctrl+n"}, Hint: "down", Help: "next entry"},
		{Action: Up, In: List, Group: groupList, Keys: []string{"up", "ctrl+p"}, Hint: "up", Help: "entry before"},
		{Action: Tick, In: List, Group: groupList, Keys: []string{"tab"}, Hint: "tick", Help: "tick or untick; so does space, unless words are being typed"},
		{Action: Pick, In: List, Group: groupList, Keys: []string{"enter"}, Hint: "choose", Help: "take what is ticked, or this entry"},
	}
}

func programRows() []Binding {
	return []Binding{
		{Action: Help, In: All, Group: groupWhole, Keys: []string{"f1"}, Hint: "help", Help: "every key", Slash: []string{"help", "keys"}},
		{Action: Help, In: Reading, Group: groupWhole, Keys: []string{"?"}, Hint: "help", Help: "every key"},
		{Action: Palette, In: Main, Group: groupWhole, Keys: []string{"ctrl+p"}, Hint: "commands", Help: "find any command by its words", Slash: []string{"commands"}},
		{Action: Palette, In: Reading, Group: groupWhole, Keys: []string{":", "/"}, Hint: "commands", Help: "find any command by its words"},
		{Action: Mouse, In: Main, Group: groupWhole, Keys: []string{"ctrl+x o"}, Hint: "mouse", Help: "give the mouse to the terminal, or take it back", Slash: []string{"mouse"}},
		{Action: Redraw, In: Main, Group: groupWhole, Keys: []string{"ctrl+x l"}, Hint: "redraw", Help: "draw the screen again", Slash: []string{"redraw"}},
		{Action: Cancel, In: All, Group: groupWhole, Keys: []string{"ctrl+c"}, Hint: "cancel", Help: "stop the run; else put the draft away; twice: quit"},
		{Action: EOF, In: Composer, Group: groupWhole, Keys: []string{"ctrl+d"}, Hint: "quit", Help: "quit, when nothing is typed"},
		{Action: Suspend, In: Main, Group: groupWhole, Keys: []string{"ctrl+z"}, Hint: "suspend", Help: "suspend to the shell"},
		{Action: Quit, In: Main, Group: groupWhole, Keys: []string{"ctrl+x q"}, Hint: "quit", Help: "quit", Slash: []string{"quit", "exit", "q"}},
	}
}
