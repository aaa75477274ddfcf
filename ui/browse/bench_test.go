package browse_test

import (
	"context"
	"fmt"
	"testing"

	tea "github.com/charmbracelet/bubbletea"

	"assay/catalog"
	"assay/ui/backend"
	"assay/ui/browse"
	"assay/ui/keys"
	"assay/ui/status"
	"assay/ui/theme"
	"assay/ui/uitest"
)

// many is a backend with the embedded catalog over and over, n models in all; 0: once.
func many(tb testing.TB, n int) *uitest.Fake {
	tb.Helper()
	c, err := catalog.Embedded()
	if err != nil {
		tb.Fatal(err)
	}
	f := &uitest.Fake{Market: uitest.Market{From: c.Source}}
	for round := 0; len(f.Choices) < max(n, len(c.Models())); round++ {
		for _, m := range c.Models() {
			again := *m
			if round > 0 {
				again.ID = fmt.Sprintf("%s-%d", m.ID, round)
			}
			f.Choices = append(f.Choices, backend.Choice{Model: &again, Providers: []string{"openrouter"}})
			if n > 0 && len(f.Choices) == n {
				break
			}
		}
	}
	return f
}

// shelf keeps what the catalog is made of: a benchmark of opening is not one of the
// backend's index.
type shelf struct {
	*uitest.Fake
	stock backend.Stock
}

func (s shelf) Models(context.Context) backend.Stock { return s.stock }

func screen(b browse.Backend) *browse.Screen {
	styles := theme.New(theme.Options{Dark: true, Profile: theme.TrueColor})
	table := keys.Default()
	s := browse.New(browse.Options{
		Context: context.Background(), Backend: b, Styles: styles, Keys: table, Bar: status.New(styles),
		Say: func(status.Level, string) tea.Cmd { return nil }, Draft: func() string { return "why is the sky blue?" },
	})
	s.SetSize(120, 40)
	return s
}

// show opens the screen and gives it the catalog.
func show(s *browse.Screen) {
	s.Update(s.Show()())
	s.Frame()
}

// BenchmarkKey is one key typed into the filter, to the finished frame: at most 5 ms
// with 20,000 models, 2 ms with the embedded ones.
func BenchmarkKey(b *testing.B) {
	for _, n := range []int{0, 20_000} {
		f := many(b, n)
		b.Run(fmt.Sprintf("%d", len(f.Choices)), func(b *testing.B) {
			s := screen(shelf{f, f.Models(b.Context())})
			for name, text := range map[string]string{"words": "claude", "terms": "free tools ctx>200k"} {
				b.Run(name, func(b *testing.B) {
					show(s)
					s.Do(keys.Filter, "")
					typed := 0
					for b.Loop() {
						if typed == len(text) {
							b.StopTimer()
							for range typed {
								s.Type(uitest.Key("backspace"))
							}
							typed = 0
							b.StartTimer()
						}
						s.Type(uitest.Key(text[typed : typed+1]))
						s.Frame()
						typed++
					}
				})
			}
			b.Run("down", func(b *testing.B) {
				show(s)
				s.Do(keys.Back, "")
				for b.Loop() {
					s.Do(keys.Down, "j")
					s.Frame()
				}
			})
		})
	}
}

// BenchmarkOpen is the way from the key that opens the catalog to its frame: at
// most 50 ms with 20,000 models.
func BenchmarkOpen(b *testing.B) {
	for _, n := range []int{0, 20_000} {
		f := many(b, n)
		b.Run(fmt.Sprintf("%d", len(f.Choices)), func(b *testing.B) {
			st := shelf{f, f.Models(b.Context())}
			for b.Loop() {
				show(screen(st))
			}
		})
	}
}

// TestFrameDrawsOnlyWhatIsInSight holds that a frame is no more work with twenty
// thousand models than with the embedded ones. Times are for the benchmarks: they
// depend on the machine.
func TestFrameDrawsOnlyWhatIsInSight(t *testing.T) {
	work := func(n int) float64 {
		f := many(t, n)
		s := screen(shelf{f, f.Models(t.Context())})
		show(s)
		return testing.AllocsPerRun(10, func() {
			s.Redraw()
			s.Frame()
		})
	}
	few, many := work(0), work(20_000)
	if many > few*1.2 {
		t.Errorf("a frame allocates %.0f times with 20,000 models, %.0f times with the embedded ones", many, few)
	}
}
