package engine_test

import (
	"testing"
	"testing/synctest"

	"assay/catalog"
	"assay/engine"
	"assay/engine/chat"
)

func TestUnsupportedParametersAreLeftOut(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var ep *catalog.Endpoint
		r := newRig(t, map[string]func(int) reply{"primary": always(answers("x"))}, func(o *engine.Options) {
			ep = &o.Catalog().Lookup("m/solo").Endpoints[0]
		})
		ln := lane(0, "m/solo")
		ln.Request.Reasoning = &chat.Reasoning{Effort: "low"}
		ln.Request.Tools = []chat.ToolSpec{{Name: "f"}}
		ep.Params = catalog.ParamsOf("temperature")
		r.play(t, ln)
		ep.Params = catalog.ParamsOf("temperature", "reasoning", "tools")
		r.play(t, ln)
		ep.Params = 0
		r.play(t, ln)
		for i, want := range []bool{false, true, true} {
			body := r.up.calls["primary"][i].body
			_, tools := body["tools"]
			_, effort := body["reasoning_effort"]
			if tools != want || effort != want {
				t.Errorf("request %d: tools sent %v, reasoning sent %v, want %v", i, tools, effort, want)
			}
		}
	})
}
