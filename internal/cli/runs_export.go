package cli

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"assay/internal/export"
)

func (c *runsExportCmd) run() error {
	switch c.format {
	case "md", "json", "html":
	default:
		return Usagef("--format %q: there are md, json and html", c.format)
	}
	r, err := c.app.recorded(c.name)
	if err != nil {
		return err
	}
	var doc bytes.Buffer
	switch c.format {
	case "md":
		err = export.Markdown(&doc, r.states())
	case "html":
		err = export.HTML(&doc, r.states())
	case "json":
		doc.Write(r.raw)
	}
	if err != nil {
		return fmt.Errorf("export %s: %w", c.name, err)
	}
	if c.out == "" || c.out == "-" {
		_, err = c.app.Out.Write(doc.Bytes())
		return err
	}
	if err := writePrivate(c.out, doc.Bytes()); err != nil {
		return Exit(Usage, err)
	}
	return nil
}

// writePrivate writes a file that only its owner may read, whole or not at all.
func writePrivate(name string, data []byte) (err error) {
	f, err := os.CreateTemp(filepath.Dir(name), ".assay-*")
	if err != nil {
		return err
	}
	defer func() {
		if err != nil {
			err = errors.Join(err, os.Remove(f.Name()))
		}
	}()
	_, err = f.Write(data)
	if err = errors.Join(err, f.Close()); err != nil {
		return err
	}
	return os.Rename(f.Name(), name)
}
