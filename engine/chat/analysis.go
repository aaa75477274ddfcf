package chat

// Analysis is what fusion found out about the answers. It may come several times in
// a run, each one complete so far; the last has Final set.
type Analysis struct {
	Consensus       []Consensus     `json:"consensus"`
	Contradictions  []Contradiction `json:"contradictions"`
	PartialCoverage []Partial       `json:"partial_coverage"`
	UniqueInsights  []Unique        `json:"unique_insights"`
	BlindSpots      []BlindSpot     `json:"blind_spots"`
	Judge           JudgeInfo       `json:"judge"`
	Members         []Member        `json:"members,omitempty"`
	Statistics      *Statistics     `json:"statistics,omitempty"`
	Links           []Link          `json:"links,omitempty"`       // of the fused answer to the claims it rests on
	AnswerLane      *int            `json:"answer_lane,omitempty"` // whose text is the answer of the run: the writer's, or a member's as it stands
	Warnings        []string        `json:"warnings,omitempty"`
	Final           bool            `json:"final"`
}

// Quote is a piece of an answer: the bytes [Start, End) of the lane's raw text.
// Grounded says that Text equals those bytes; one that is not is shown as
// unverified and never counted.
type Quote struct {
	Lane     int    `json:"lane"`
	Start    int    `json:"start"`
	End      int    `json:"end"`
	Text     string `json:"text"`
	Grounded bool   `json:"grounded"`
	Weak     bool   `json:"weak,omitempty"` // grounded, but says something rather different
}

// Consensus is a claim most answers make and none disputes.
type Consensus struct {
	ID        string   `json:"id"`
	Claim     string   `json:"claim"`
	Models    []string `json:"models"`
	Lanes     []int    `json:"lanes,omitempty"`
	Vendors   int      `json:"vendors,omitempty"`   // distinct authors among Models
	Unanimous bool     `json:"unanimous,omitempty"` // every usable answer makes it; models share errors
	Quotes    []Quote  `json:"quotes"`
	Notes     []string `json:"notes,omitempty"` // cross-check findings, "order sensitive" …
}

// Contradiction is a topic on which answers cannot both be right.
type Contradiction struct {
	ID         string   `json:"id"`
	Topic      string   `json:"topic"`
	Confidence string   `json:"confidence,omitempty"` // likely or possible
	Source     string   `json:"source,omitempty"`     // judge or lexical: who noticed
	Stances    []Stance `json:"stances"`
	Notes      []string `json:"notes,omitempty"`
}

// Stance is one answer's side in a contradiction.
type Stance struct {
	Lane   int     `json:"lane"`
	Stance string  `json:"stance"`
	Quotes []Quote `json:"quotes"`
}

// Partial is a point some answers make and some miss.
type Partial struct {
	ID          string   `json:"id"`
	Point       string   `json:"point"`
	CoveredBy   []int    `json:"covered_by"`
	MissingFrom []int    `json:"missing_from"`
	Quotes      []Quote  `json:"quotes"`
	Notes       []string `json:"notes,omitempty"`
	Unverified  bool     `json:"unverified,omitempty"` // the judge said so, but no span carries it; CoveredBy is empty
}

// Unique is a point only one answer makes.
type Unique struct {
	ID      string   `json:"id"`
	Lane    int      `json:"lane"`
	Insight string   `json:"insight"`
	Quotes  []Quote  `json:"quotes"`
	Notes   []string `json:"notes,omitempty"`
}

// BlindSpot is a point no answer makes: always the judge's opinion, or a part of
// the question nobody answered.
type BlindSpot struct {
	ID    string   `json:"id"`
	Point string   `json:"point"`
	Notes []string `json:"notes,omitempty"`
}

// JudgeInfo says where an analysis comes from.
type JudgeInfo struct {
	Model      string `json:"model"`
	Method     string `json:"method"`           // model or lexical
	Source     string `json:"source,omitempty"` // judge, judge_repaired, judge_salvaged, judge2, lexical
	Order      []int  `json:"order"`            // lanes in the order the judge saw them
	Labels     string `json:"labels,omitempty"` // their letters, in that order
	Seed       int64  `json:"seed,omitempty"`   // of letters, order and nonce
	Flips      int    `json:"flips"`            // stances that changed when the order was reversed
	Ungrounded int    `json:"ungrounded"`       // citations that named no span of that answer
	Note       string `json:"note,omitempty"`   // why a fallback was taken
}

// Member is one answer's part in the analysis.
type Member struct {
	Lane   int    `json:"lane"`
	Model  string `json:"model"`
	State  string `json:"state"`            // ok, truncated, refusal, empty, tool_only, failed, cancelled, late
	Detail string `json:"detail,omitempty"` // the reason where State is not ok

	Claims       int     `json:"claims"`
	Coverage     float64 `json:"coverage"` // share of all claims this answer makes, 0–1
	Unique       int     `json:"unique"`
	Contradicted int     `json:"contradicted"`
	Fused        float64 `json:"fused,omitempty"`    // share of the fused answer's marked text that rests on it
	Steering     []Quote `json:"steering,omitempty"` // places that seem to address the judge instead of the reader
}

// Statistics are the figures beside the lists. A nil figure could not be computed
// from so little and is not shown.
type Statistics struct {
	Claims        int         `json:"claims"`
	Models        int         `json:"models"`
	Vendors       int         `json:"vendors"`
	ContestedRate float64     `json:"contested_rate"`       // contradicted claims ÷ claims
	Alpha         *float64    `json:"alpha,omitempty"`      // Krippendorff's α, nominal
	Overlap       [][]float64 `json:"overlap,omitempty"`    // pairwise coverage overlap (Jaccard), by Members
	Similarity    float64     `json:"similarity,omitempty"` // mean pairwise similarity of the answers, 0–1
	GatingLane    int         `json:"gating_lane"`          // the member that finished last, NoLane when unknown
	Unmarked      *float64    `json:"unmarked,omitempty"`   // share of the fused answer without a claim behind it
	CostMultiple  *float64    `json:"cost_multiple,omitempty"`
	Advice        string      `json:"advice,omitempty"` // when fusing is likely wasted, why
}

// Link ties bytes [Start, End) of the writer's text, markers removed, to claim ids.
type Link struct {
	Start  int      `json:"start"`
	End    int      `json:"end"`
	Claims []string `json:"claims"`
}
