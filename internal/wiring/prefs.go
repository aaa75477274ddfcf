package wiring

import (
	"assay/engine/route"
	"assay/internal/config"
)

// Preferences is a configuration's or preset's routing as the planner takes it.
func Preferences(c *config.Routing) route.Preferences {
	p := route.Preferences{
		Order: c.Order, Only: c.Only, Ignore: c.Ignore, NoFallbacks: !c.AllowFallbacks,
		RequireParameters: c.RequireParameters, DenyCollection: c.DataCollection == "deny", ZDR: c.ZDR,
		Quantizations: c.Quantizations,
		MaxPrice: route.MaxPrice{
			Prompt: c.MaxPrice.Prompt, Completion: c.MaxPrice.Completion, Request: c.MaxPrice.Request, Image: c.MaxPrice.Image,
		},
		MinThroughput: route.Percentiles(c.MinThroughput), MaxLatency: route.Percentiles(c.MaxLatency),
		Attempts: c.Attempts, RestartAfterCut: c.AfterFirstToken == "restart", Hedge: c.Hedge,
	}
	// The file's "price" is the weighted draw, the default; a strict order by price is
	// what a request asks for with :floor.
	if c.Sort != "price" {
		p.Sort = route.Sort(c.Sort)
	}
	if c.Seed != 0 {
		p.Seed = &c.Seed
	}
	return p
}
