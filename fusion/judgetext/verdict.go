package judgetext

// Verdict is what a judge said, not yet checked against anything.
type Verdict struct {
	Claims     []Claim
	Conflicts  []Conflict
	BlindSpots []string
	Notes      []string
}

// Claim is a statement and where the judge says the answers stand on it.
type Claim struct {
	ID      string
	Text    string
	Topic   string
	Weight  float64  // 1–3; 1 where the judge gave none
	Stances []Stance // by label
	View    string   // supported, doubtful, unresolved, opinion or ""
	Why     string
}

// Stance is one answer's relation to a claim, with the span ids as the judge wrote
// them.
type Stance struct {
	Label string // a single letter where one could be made out, else as written
	Kind  Kind
	IDs   []string
}

// Kind is how an answer relates to a claim.
type Kind uint8

// The kinds of stance. Silent is the zero value: what a judge does not say is not
// said.
const (
	Silent Kind = iota
	Support
	Contradict
	Abstain
)

// String is the word judges use.
func (k Kind) String() string { return [...]string{"silent", "support", "contradict", "abstain"}[k] }

// Conflict ties claims that cannot all be true.
type Conflict struct {
	Topic  string
	Claims []string // ids
	Lean   string   // the id the judge finds better founded, "" for none
	Why    string
}

// Path is how a verdict was read.
type Path uint8

// The paths, from best to worst.
const (
	Unread   Path = iota // nothing could be made of it
	Clean                // it was JSON, at most with prose or a fence around it
	Repaired             // it became JSON after repair
	Salvaged             // single elements could be read
)

// Report says how well reading went.
type Report struct {
	Path     Path
	Found    int  // claims read
	Expected int  // claims the text seems to hold, at least Found
	Complete bool // the text ends where an object may end: it was not cut off
}

// Good reports whether enough survived to go by: at least 60 % of the claims.
func (r Report) Good() bool { return r.Found > 0 && 10*r.Found >= 6*r.Expected }
