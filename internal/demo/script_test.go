package demo

import (
	"encoding/json"
	"regexp"
	"slices"
	"strings"
	"testing"
)

func testServer(t testing.TB) *Server {
	t.Helper()
	s, err := New(Options{})
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// voices are the models that answer every script.
func voices() []string {
	var out []string
	for _, m := range spoken {
		if m.Role == RoleVoice {
			out = append(out, strings.TrimPrefix(m.ID, Prefix))
		}
	}
	return out
}

// TestScriptsAreSound holds what judge and writer rely on: every quoted piece stands
// in its answer, every id exists, and every voice says something of its own.
func TestScriptsAreSound(t *testing.T) {
	s := testServer(t)
	if len(s.scripts) < 14 {
		t.Errorf("only %d scripts", len(s.scripts))
	}
	for _, sc := range s.scripts {
		t.Run(sc.name, func(t *testing.T) {
			for _, v := range voices() {
				if len(sc.answers[v]) < 40 {
					t.Errorf("%s says %q", v, sc.answers[v])
				}
			}
			for v, a := range sc.answers {
				for w, b := range sc.answers {
					if v != w && a == b {
						t.Errorf("%s and %s say the same", v, w)
					}
				}
			}
			if sc.thoughts["hazel"] == "" {
				t.Error("Hazel does not think")
			}
			checkVerdict(t, sc)
		})
	}
}

func checkVerdict(t *testing.T, sc *script) {
	t.Helper()
	ids, heard, disputed := map[string]bool{}, map[string]bool{}, 0
	for _, c := range sc.verdict.Claims {
		if ids[c.ID] || c.Text == "" || c.Topic == "" || c.Why == "" || c.Weight < 1 || c.Weight > 3 || len([]rune(c.Text)) > 200 {
			t.Errorf("claim %+v", c)
		}
		if !slices.Contains([]string{"supported", "doubtful", "unresolved", "opinion"}, c.View) {
			t.Errorf("%s: view %q", c.ID, c.View)
		}
		ids[c.ID] = true
		pro, con := 0, 0
		for v, stance := range c.Stance {
			heard[v] = true
			switch stance[0] {
			case supports:
				pro++
			case contradicts:
				con++
			default:
				t.Errorf("%s: %s takes the stance %q", c.ID, v, stance[0])
			}
			if len(stance) < 2 {
				t.Errorf("%s: nothing is quoted of %s", c.ID, v)
			}
			for _, piece := range stance[1:] {
				if !strings.Contains(sc.answers[v], piece) {
					t.Errorf("%s: %s does not say %q", c.ID, v, piece)
				}
			}
		}
		if pro > 0 && con > 0 {
			disputed++
		}
	}
	if len(ids) < 5 || disputed == 0 || len(heard) != len(voices()) {
		t.Errorf("%d claims, %d disputed, of %d voices", len(ids), disputed, len(heard))
	}
	for _, k := range sc.verdict.Conflicts {
		if len(k.Claims) == 0 || k.Topic == "" || k.Why == "" || slices.ContainsFunc(k.Claims, func(id string) bool { return !ids[id] }) || k.Lean != "none" && !ids[k.Lean] {
			t.Errorf("conflict %+v", k)
		}
	}
	for _, m := range regexp.MustCompile(`⟦[^⟧]*⟧`).FindAllString(sc.fused, -1) {
		if id := strings.Trim(m, "⟦⟧"); !ids[id] {
			t.Errorf("the fused answer marks %s, which is no claim", m)
		}
	}
	if strings.Count(sc.fused, "⟦") < 3 {
		t.Error("the fused answer hardly marks anything")
	}
}

func TestFindsPhrasings(t *testing.T) {
	s := testServer(t)
	for question, want := range map[string]string{
		"why is the sky blue": "01-sky",
		"Hey, can you explain why the sky is blue during the day?": "01-sky",
		"When did Rome fall?":                                           "02-rome",
		"In what year did the Roman Empire collapse":                    "02-rome",
		"how many glasses of water should I drink per day?":             "03-water",
		"What's the best way of storing passwords?":                     "04-passwords",
		"A bat and a ball cost 1.10 together, what is the ball's cost?": "05-bat",
		"is the great wall visible from space?":                         "09-wall",
		"日本はどうして左側通行なんですか？":                                             "12-left",
		"quicksort or merge sort?":                                      "15-sort",
		"What is the capital of Norway?":                                "",
		"Why is the sea salty?":                                         "",
		"Write a poem about a blue sky over Rome":                       "",
		"日本の首都はどこですか":                                                   "",
		"":                                                              "",
	} {
		got := ""
		if sc := s.find(question); sc != nil {
			got = sc.name
		}
		if got != want {
			t.Errorf("%q is taken for %q, want %q", question, got, want)
		}
	}
	for _, sc := range s.scripts {
		for _, phrase := range append([]string{sc.prompt}, sc.rules.Also...) {
			if got := s.find(phrase); got != sc {
				t.Errorf("%s: its own phrasing %q is not recognised", sc.name, phrase)
			}
		}
	}
	if len(Prompts()) != len(s.scripts) {
		t.Errorf("%d prompts for %d scripts", len(Prompts()), len(s.scripts))
	}
}

func TestRejectsDamagedScripts(t *testing.T) {
	for name, text := range map[string]string{
		"empty":      "",
		"no answer":  "== prompt ==\nWhy?\n== fused ==\nBecause.\n",
		"bad rules":  "== prompt ==\nWhy?\n== rules ==\n{\n== alder ==\nBecause.\n== fused ==\nBecause.\n",
		"no prompt":  "== alder ==\nBecause.\n== fused ==\nBecause.\n",
		"wrong type": "== prompt ==\nWhy?\n== verdict ==\n[]\n== alder ==\nBecause.\n== fused ==\nBecause.\n",
	} {
		if _, err := parseScript(name, text); err == nil {
			t.Errorf("%s: accepted", name)
		}
	}
}

func TestPiecesJoinAgain(t *testing.T) {
	s := testServer(t)
	texts := []string{wideText, hostileText(), longText(), "", " ", "\n\n  x", "a\xffb"}
	for _, sc := range s.scripts {
		for _, v := range voices() {
			texts = append(texts, sc.answers[v])
		}
	}
	for _, text := range texts {
		if got := strings.Join(pieces(text), ""); got != text {
			t.Errorf("pieces of %.40q join to %.40q", text, got)
		}
		if len(pieces(text)) != countPieces(text) {
			t.Errorf("%.40q: counts differ", text)
		}
	}
}

func FuzzPieces(f *testing.F) {
	f.Add("Why is the sky blue? 日本語 👩‍👩‍👧‍👦")
	f.Fuzz(func(t *testing.T, text string) {
		if strings.Join(pieces(text), "") != text || len(pieces(text)) != countPieces(text) {
			t.Errorf("%q", text)
		}
		if text != "" && joined(grouped(text, 3, random(1, text))) != text {
			t.Errorf("%q: deltas differ", text)
		}
	})
}

func TestArgumentsFitSchema(t *testing.T) {
	for schema, want := range map[string]string{
		`null`: `{}`,
		`{"type":"object","properties":{"a":{"type":"string"}},"required":[]}`: `{}`,
		`{"type":"object","properties":{"a":{"enum":["x","y"]},"b":{"type":"array","items":{"type":"boolean"}},"c":{"type":"object","properties":{"d":{"type":"number"}},"required":["d"]},"e":{"default":5}},"required":["a","b","c","e","missing"]}`: `{"a":"x","b":[true],"c":{"d":1},"e":5}`,
	} {
		if got := arguments(json.RawMessage(schema), "q"); got != want {
			t.Errorf("%s: %s, want %s", schema, got, want)
		}
	}
}
