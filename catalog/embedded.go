package catalog

import (
	_ "embed"
	"fmt"
	"sync"
)

// Written by the command in snapshot/gen.
//
//go:embed snapshot/catalog.tsv
var snapshot string

var embedded = sync.OnceValues(func() (*Catalog, error) {
	c, err := Decode(snapshot)
	if err != nil {
		return nil, fmt.Errorf("embedded catalog: %w", err)
	}
	return c, nil
})

// Embedded is the catalog the program was built with. It is decoded when first asked
// for, once; every caller gets the same one.
func Embedded() (*Catalog, error) { return embedded() }

// Providers lists the upstreams of the embedded catalog, by slug.
func Providers() []Provider {
	c, err := Embedded()
	if err != nil {
		return nil
	}
	return c.Providers()
}
