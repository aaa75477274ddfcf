package claims_test

import (
	"encoding/json"
	"hash/fnv"
	"os"
	"path/filepath"
	"sort"
	"strings"
	"testing"

	"assay/fusion/claims"
	"assay/internal/shareddata"
)

// atom is one labelled fact of an answer.
type atom struct {
	text  string
	right bool
	// of raw answers: where the sentence it was taken from lies, -1 if not found
	start, end int
}

// labelled is one prompt with the answers of several models, each with its facts.
type labelled struct {
	topic    string
	question string
	raw      []string
	atoms    [][]atom
}

// half tells the even prompts from the odd ones, to show how stable a figure is.
func (l labelled) half() int {
	h := fnv.New32a()
	h.Write([]byte(l.topic))
	return int(h.Sum32() >> 16 & 1)
}

// listed returns answers that hold the labelled facts, one on each line.
func (l labelled) listed() []claims.Answer {
	var out []claims.Answer
	for i, atoms := range l.atoms {
		var b strings.Builder
		for _, a := range atoms {
			b.WriteString("- " + a.text + "\n")
		}
		out = append(out, claims.Answer{Lane: i, Text: b.String()})
	}
	return out
}

// atomAt returns the fact listed at a byte of a listed answer.
func (l labelled) atomAt(answer, pos int) *atom {
	at := 0
	for i := range l.atoms[answer] {
		a := &l.atoms[answer][i]
		at += len("- ") + len(a.text) + 1
		if pos < at {
			return a
		}
	}
	return nil
}

func readFActScore(t testing.TB) []labelled {
	t.Helper()
	type record struct {
		Input, Output, Topic string
		Annotations          []struct {
			Text  string
			Facts []struct{ Text, Label string } `json:"human-atomic-facts"`
		}
	}
	byTopic := map[string]*labelled{}
	var order []string
	for _, model := range []string{"ChatGPT", "InstructGPT", "PerplexityAI"} {
		for r := range readLines[record](t, filepath.Join(shareddata.Dir(t), "fusion", "factscore", model+".jsonl")) {
			l := byTopic[r.Topic]
			if l == nil {
				l = &labelled{topic: r.Topic, question: r.Input}
				byTopic[r.Topic] = l
				order = append(order, r.Topic)
			}
			var atoms []atom
			from := 0
			for _, s := range r.Annotations {
				start := strings.Index(r.Output[from:], s.Text)
				end := -1
				if start >= 0 {
					start += from
					end = start + len(s.Text)
					from = end
				}
				for _, f := range s.Facts {
					if f.Label != "IR" {
						atoms = append(atoms, atom{strings.ReplaceAll(f.Text, "\n", " "), f.Label == "S", start, end})
					}
				}
			}
			if len(atoms) > 0 {
				l.raw = append(l.raw, r.Output)
				l.atoms = append(l.atoms, atoms)
			}
		}
	}
	return collect(order, byTopic)
}

func readRefChecker(t testing.TB) []labelled {
	t.Helper()
	type record struct {
		ID       string
		Response string
		Claims   []struct {
			Triplet []any
			Label   string `json:"human_label"`
		} `json:"claude2_response_kg"`
	}
	dir := filepath.Join(shareddata.Dir(t), "fusion", "refchecker")
	files, err := filepath.Glob(filepath.Join(dir, "*_answers.json"))
	if err != nil || len(files) == 0 {
		t.Fatalf("no files in %s: %v", dir, err)
	}
	byTopic := map[string]*labelled{}
	var order []string
	for _, file := range files {
		data, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		var records []record
		if err := json.Unmarshal(data, &records); err != nil {
			t.Fatal(err)
		}
		set, _, _ := strings.Cut(filepath.Base(file), "_")
		for _, r := range records {
			id := set + r.ID
			if byTopic[id] == nil {
				byTopic[id] = &labelled{topic: id}
				order = append(order, id)
			}
			var atoms []atom
			for _, c := range r.Claims {
				var parts []string
				for _, part := range c.Triplet {
					if s, ok := part.(string); ok {
						parts = append(parts, s)
					}
				}
				if c.Label != "" {
					text := strings.ReplaceAll(strings.Join(parts, " "), "\n", " ")
					atoms = append(atoms, atom{text, c.Label == "Entailment", -1, -1})
				}
			}
			if len(atoms) > 0 {
				l := byTopic[id]
				l.raw = append(l.raw, r.Response)
				l.atoms = append(l.atoms, atoms)
			}
		}
	}
	return collect(order, byTopic)
}

func collect(order []string, byTopic map[string]*labelled) []labelled {
	var out []labelled
	for _, topic := range order {
		if l := byTopic[topic]; len(l.atoms) > 1 {
			out = append(out, *l)
		}
	}
	return out
}

// tally counts how often facts were right.
type tally struct{ right, all int }

func (t *tally) add(right bool) {
	t.all++
	if right {
		t.right++
	}
}

func (t tally) share() float64 {
	if t.all == 0 {
		return 0
	}
	return float64(t.right) / float64(t.all)
}

// auc is the chance that a right fact scores above a wrong one, ties counted half.
func auc(scores []float64, right []bool) float64 {
	type item struct {
		score float64
		right bool
	}
	items := make([]item, len(scores))
	for i := range scores {
		items[i] = item{scores[i], right[i]}
	}
	sort.Slice(items, func(i, j int) bool { return items[i].score < items[j].score })
	var below, wins, wrongs, rights float64
	for i := 0; i < len(items); {
		j, r, w := i, 0.0, 0.0
		for ; j < len(items) && items[j].score == items[i].score; j++ {
			if items[j].right {
				r++
			} else {
				w++
			}
		}
		wins += r*below + r*w/2
		below, rights, wrongs, i = below+w, rights+r, wrongs+w, j
	}
	return wins / (rights * wrongs)
}
