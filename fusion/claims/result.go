package claims

// Answer is one member's visible text, without its reasoning.
type Answer struct {
	Lane     int
	Model    string
	Vendor   string
	Text     string
	Partial  bool // still streaming or truncated: its silence means nothing
	Abstains bool // a refusal: it takes no stance
}

// Ref points to a clause of an answer: an index into the answers given to Analyze,
// an index into Result.Spans of that answer, and the exact bytes [Start, End) of the
// answer's raw text, which lie within the span.
type Ref struct {
	Answer, Span int
	Start, End   int
}

// Claim is one statement that one or several answers make.
type Claim struct {
	ID         string // "c1", "c2" … in the order of Result.Claims
	Text       string // verbatim: the bytes of Support's first reference
	Topic      string // the heading or label it stands under, "" without one
	Support    []Ref  // the representative first, then by answer; at most one per answer
	Also       []Ref  // further places in the supporting answers that say the same
	Contradict []Ref  // by answer; at most one per answer, never of a supporting answer
	Weight     float64
}

// The kinds of conflict. Answer, number and date conflicts are likely, the others
// possible.
const (
	ConflictAnswer   = "answer"   // the final answers differ: yes and no, a choice, a result
	ConflictNumber   = "number"   // the same quantity has different values
	ConflictDate     = "date"     // the same event has different dates
	ConflictNegation = "negation" // one says it, one denies it
	ConflictAntonym  = "antonym"  // the same but for two opposite words
	ConflictEntity   = "entity"   // the same but for one name
)

// Conflict is a topic on which answers seem unable to both be right.
type Conflict struct {
	ID     string // "x1", "x2" … in the order of Result.Conflicts
	Kind   string // one of the Conflict constants
	Likely bool   // false: worth a look, often harmless
	Topic  string // what it is about, in words of the answers
	Sides  []Side // at least two with different stances, by answer
}

// Side is what one answer says in a conflict.
type Side struct {
	Ref
	Stance string // the value or wording that differs, verbatim
}

// Scored is a place in an answer and how similar it is to a text, 0 to 1.
type Scored struct {
	Ref
	Score float64
}

// Result is what Analyze found. Its slices must not be modified.
type Result struct {
	Spans      [][]Span   // by answer: the numbered spans; headings are left out
	Headings   [][]Span   // by answer
	Claims     []Claim    // heaviest first
	Conflicts  []Conflict // likely before possible, whole answers first
	Unanswered []string   // parts of the question no span matches, verbatim
	Similarity float64    // mean pairwise similarity of the answers, 0 to 1; 0 below two answers
	Pairwise   [][]float64
	Skipped    []int // by answer: spans past the bound on one answer's size, not compared

	panel *panel
}
