package chat

// Turns cuts recorded events into runs: a new one begins where a run event continues
// none before it. A saved conversation holds one run after the other, each followed by
// what continued it. Events before the first run event stand in front of its turn.
func Turns(events []Event) [][]Event {
	var out [][]Event
	from, root, begun := 0, "", false
	for i, e := range events {
		r, ok := e.Body.(*Run)
		if !ok || begun && r.Continues != "" && r.Continues == root {
			continue
		}
		if begun {
			out = append(out, events[from:i:i])
			from = i
		}
		root, begun = r.ID, true
	}
	if from < len(events) {
		out = append(out, events[from:])
	}
	return out
}
