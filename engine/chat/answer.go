package chat

// Answer is how one lane ended: exactly one of Finish and Failure is set. Text is
// what arrived, also when the lane failed half-way.
type Answer struct {
	Spec    LaneSpec
	Text    string
	Thought string
	Tools   []ToolRequest
	Finish  *Finish
	Failure *Failure

	Abandoned Cost // of tries cancelled after their upstream had begun to work
}

// OK reports whether the lane finished by itself.
func (a *Answer) OK() bool { return a.Finish != nil }

// Bill is everything the lane cost.
func (a *Answer) Bill() Cost {
	switch {
	case a.Finish != nil:
		return a.Finish.Cost.Add(a.Abandoned)
	case a.Failure != nil && a.Failure.Cost != nil:
		return a.Failure.Cost.Add(a.Abandoned)
	}
	return a.Abandoned
}
