// Command gen writes the embedded catalog from public catalog files.
//
//	go run ./catalog/snapshot/gen -o catalog/snapshot/catalog.tsv [audio:]FILE[@DATE] …
//
// Any format that package source reads will do; a folder stands for the JSON files
// in it. Of a file marked "audio:" only models that speak or transcribe are taken. Where two files tell the same fact, the weightier source counts (a provider
// about itself, then models.dev, then third-party tables), of equals the later file.
// The date says when the facts were true; without one it is looked for in the file's
// name, then in the data. Only facts are written: ids, names, prices, limits,
// capabilities and dates; no descriptions and no benchmark scores.
package main

import (
	"flag"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"assay/catalog"
	"assay/catalog/source"
)

func main() {
	out := flag.String("o", "", "file to write; standard output when empty")
	flag.Parse()
	if err := run(*out, flag.Args(), os.Stderr); err != nil {
		fmt.Fprintln(os.Stderr, "gen:", err)
		os.Exit(1)
	}
}

func run(out string, args []string, log io.Writer) error {
	if len(args) == 0 {
		return fmt.Errorf("name the catalog files to read")
	}
	var listings []*catalog.Listing
	for _, arg := range args {
		read, err := readArg(arg, log)
		if err != nil {
			return err
		}
		listings = append(listings, read...)
	}
	c := Build(listings)
	endpoints := 0
	for _, m := range c.Models() {
		endpoints += len(m.Endpoints)
	}
	fmt.Fprintf(log, "%d models, %d endpoints, %d providers\n", len(c.Models()), endpoints, len(c.Providers()))
	if out == "" {
		return catalog.Encode(os.Stdout, c)
	}
	f, err := os.CreateTemp(filepath.Dir(out), ".catalog-*")
	if err != nil {
		return err
	}
	defer os.Remove(f.Name()) // fails once renamed, which is as it should be
	if err := catalog.Encode(f, c); err != nil {
		f.Close()
		return err
	}
	if err := f.Close(); err != nil {
		return err
	}
	if err := os.Chmod(f.Name(), 0o644); err != nil {
		return err
	}
	return os.Rename(f.Name(), out)
}

func readArg(arg string, log io.Writer) ([]*catalog.Listing, error) {
	path, audio := strings.CutPrefix(arg, "audio:")
	path, date, _ := strings.Cut(path, "@")
	var files []string
	err := filepath.WalkDir(path, func(p string, d fs.DirEntry, err error) error {
		if err == nil && !d.IsDir() && (p == path || filepath.Ext(p) == ".json") {
			files = append(files, p)
		}
		return err
	})
	if err != nil {
		return nil, err
	}
	var out []*catalog.Listing
	for _, p := range files {
		f, err := os.Open(p)
		if err != nil {
			return nil, err
		}
		l, err := source.Read(filepath.Base(p)+"@"+date, f)
		f.Close()
		if err != nil {
			return nil, err
		}
		if audio {
			l.Rows = slices.DeleteFunc(l.Rows, func(r catalog.Row) bool {
				return r.Model.Output != catalog.Speech && r.Model.Output != catalog.Transcription
			})
		}
		fmt.Fprintf(log, "%s: %s of %s, %d rows, %d left out\n", p, l.Format, l.Source.Date, len(l.Rows), len(l.Problems))
		out = append(out, l)
	}
	return out, nil
}

// Build joins what is useful of listings.
func Build(listings []*catalog.Listing) *catalog.Catalog {
	for _, l := range listings {
		source.KeepUseful(l)
		for _, r := range l.Rows {
			r.Model.Scores = nil
		}
		l.Problems = nil // a row we could not read is no reason to keep what is gone
	}
	joined := catalog.Join(nil, listings...)
	return catalog.Select(joined, func(m *catalog.Model) bool { return !m.Gone })
}
