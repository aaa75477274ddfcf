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
}

// OK reports whether the lane finished by itself.
func (a *Answer) OK() bool { return a.Finish != nil }
