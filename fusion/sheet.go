package fusion

import (
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"math/rand/v2"
	"slices"

	"assay/engine/chat"
	"assay/fusion/judgetext"
	"assay/fusion/prompts"
)

// bench is a sheet together with who is who on it.
type bench struct {
	sheet *judgetext.Sheet
	order []int // parties, by position on the sheet
}

// newBench lays the answers out for a judge or writer. Letters and positions are two
// independent draws from the seed, so that neither a letter nor a place says
// anything about who wrote an answer, nor one about the other.
func (s *session) newBench(lex *lexical) (*bench, error) {
	rubric, err := prompts.Rubric(orDefault(s.plan.Rubric, "general"))
	if err != nil {
		return nil, err
	}
	asked, earlier := s.question()
	sheet := &judgetext.Sheet{
		Question: asked, Earlier: earlier, Nonce: nonce(s.plan.Seed), Names: s.names(),
		Criteria: s.plan.Criteria, Rubric: rubric,
	}
	positions, letters := draw(s.plan.Seed, len(lex.parties))
	for i, k := range positions {
		p := lex.parties[k]
		sheet.Entries = append(sheet.Entries, judgetext.Entry{
			Label: judgetext.Label(letters[i]), Text: p.text, Cut: p.partial,
			Spans: lex.result.Spans[k], Headings: lex.result.Headings[k],
		})
	}
	return &bench{sheet: sheet, order: positions}, nil
}

// draw gives the party at each position and the letter of each position.
func draw(seed int64, n int) (positions, letters []int) {
	r := rand.New(rand.NewPCG(uint64(seed), 0x61737361795f6675))
	return r.Perm(n), r.Perm(n)
}

// nonce is eight hexadecimal digits that only the seed tells.
func nonce(seed int64) string {
	var b [8]byte
	binary.BigEndian.PutUint64(b[:], uint64(seed))
	sum := sha256.Sum256(append([]byte("assay sheet "), b[:]...))
	return hex.EncodeToString(sum[:4])
}

// info describes the layout in an analysis.
func (b *bench) info(parties []party, seed int64) chat.JudgeInfo {
	info := chat.JudgeInfo{Method: "model", Seed: seed, Order: []int{}}
	for i, k := range b.order {
		info.Order = append(info.Order, parties[k].lane)
		info.Labels += b.sheet.Entries[i].Label
	}
	return info
}

// party is the party behind a letter, -1 for none.
func (b *bench) party(label string, parties []party) int {
	for i, e := range b.sheet.Entries {
		if e.Label == label {
			return b.order[i]
		}
	}
	return slices.IndexFunc(parties, func(p party) bool { return p.model == label })
}

func orDefault(s, fallback string) string {
	if s == "" {
		return fallback
	}
	return s
}
