package query_test

import (
	"fmt"
	"testing"

	"assay/catalog"
	"assay/catalog/query"
)

// big is the embedded catalog over and over, up to n models.
func big(b *testing.B, n int) *catalog.Catalog {
	c, err := catalog.Embedded()
	if err != nil {
		b.Fatal(err)
	}
	if n == 0 {
		return c
	}
	var models []*catalog.Model
	for round := 0; len(models) < n; round++ {
		for _, m := range c.Models() {
			again := *m
			again.ID = fmt.Sprintf("%s-%d", m.ID, round)
			models = append(models, &again)
		}
	}
	return catalog.New(models[:n], c.Source)
}

// BenchmarkKeystroke is one search as it happens on every key: a query typed letter by
// letter, from nothing, its mean and its parts.
func BenchmarkKeystroke(b *testing.B) {
	for _, size := range []struct {
		name string
		n    int
	}{{"embedded", 0}, {"20000", 20_000}} {
		ix := query.NewIndex(big(b, size.n), facts())
		for _, text := range []string{"c", "claude", "gpt mini", "free tools ctx>200k", "in<1", "e"} {
			q, err := query.Compile(text)
			if err != nil {
				b.Fatal(err)
			}
			b.Run(size.name+"/"+text, func(b *testing.B) {
				for b.Loop() {
					q.Run(ix, query.Sort{Key: "price"})
				}
			})
		}
	}
}

func BenchmarkNewIndex(b *testing.B) {
	c := big(b, 0)
	for b.Loop() {
		query.NewIndex(c, facts())
	}
}
