package config

import (
	"cmp"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"reflect"
	"regexp"
	"runtime"
	"slices"
	"strings"

	"github.com/BurntSushi/toml"
)

// maxFile bounds what is read: no configuration is larger.
const maxFile = 256 << 10

// Options is what the decoder knows besides the text. Its zero value checks nothing
// that needs to be known from outside.
type Options struct {
	File      string      // name to show in problems
	Mode      fs.FileMode // of the file: with it, keys in a file others can read are refused
	Providers []string    // names that need no base_url; nil: not checked
	// MoreProviders lists further such names. It is only called for a provider that is
	// not among Providers and has no base_url; nil: there are none.
	MoreProviders func() []string
	// Keys checks [ui.keys], actions to their keys ("none" is no key); nil: not checked.
	Keys func(map[string][]string) error
}

// Parse decodes a document over the defaults. The settings are usable when no
// problem is more than a warning; problems come in the order of the text.
func Parse(doc []byte, opt Options) (*Config, []Problem) {
	c := Default()
	raw, problem := parse(doc)
	if problem != nil {
		problem.File = opt.File
		return c, []Problem{*problem}
	}
	d := &decoder{}
	d.table("", raw, reflect.ValueOf(c).Elem())
	d.validate(c, opt)
	return c, d.placed(string(doc), opt.File)
}

// parse turns text into plain maps; the problem is one of syntax.
func parse(doc []byte) (raw map[string]any, problem *Problem) {
	if len(doc) > maxFile {
		return nil, &Problem{Message: fmt.Sprintf("is larger than %d KiB; is it the right file?", maxFile>>10)}
	}
	err := toml.Unmarshal(doc, &raw)
	var syntax toml.ParseError
	switch {
	case errors.As(err, &syntax):
		// The library counts a line end as part of the next line but not of its columns.
		at := positionOf(string(doc), min(max(syntax.Position.Start, 0), len(doc)))
		message := oneLine(syntax.Message)
		if line := strings.Split(string(doc), "\n")[at.line-1]; keyLine.MatchString(line) {
			message = "what a key setting says must be in quotes" // the library's words may repeat it
		}
		return nil, &Problem{Line: at.line, Col: at.col, Message: "not TOML: " + message}
	case err != nil:
		return nil, &Problem{Message: oneLine(err.Error())}
	}
	return raw, nil
}

// keyLine is a line that may hold a key.
var keyLine = regexp.MustCompile(`(?i)key\w*["']?\s*=`)

// oneLine makes the library's message safe to print: it may quote the file.
func oneLine(s string) string {
	return strings.Map(func(r rune) rune {
		if r < ' ' || r == 0x7f {
			return ' '
		}
		return r
	}, strings.ToValidUTF8(s, "\uFFFD"))
}

// placed gives the problems their place in the document and puts them in its order.
func (d *decoder) placed(doc, file string) []Problem {
	if len(d.problems) == 0 {
		return nil
	}
	at := locate(doc)
	for i := range d.problems {
		p := &d.problems[i]
		p.File = file
		for path := p.Key; path != ""; path = parent(path) {
			if pos, ok := at[path]; ok {
				p.Line, p.Col = pos.line, pos.col
				break
			}
		}
	}
	slices.SortStableFunc(d.problems, func(a, b Problem) int {
		return cmp.Or(cmp.Compare(a.Line, b.Line), cmp.Compare(a.Col, b.Col), strings.Compare(a.Key, b.Key))
	})
	return d.problems
}

// parent is the path without its last key or index.
func parent(path string) string {
	return path[:max(strings.LastIndexByte(path, '.'), strings.LastIndexByte(path, '['), 0)]
}

// Load reads the file at path, or returns the defaults when there is none there and
// the user did not name it. The error is an *[Error] when the file says something
// wrong; warnings are left to [Check].
func Load(p Paths, opt Options) (*Config, error) {
	c, problems, err := read(p, opt)
	if err != nil {
		return nil, err
	}
	if err := asError(problems); err != nil {
		return nil, err
	}
	return c, nil
}

// Check lists everything wrong with the file, warnings included. A file that is not
// there and was not asked for has no problems.
func Check(p Paths, opt Options) ([]Problem, error) {
	_, problems, err := read(p, opt)
	return problems, err
}

func read(p Paths, opt Options) (*Config, []Problem, error) {
	doc, mode, err := readFile(p.Config)
	switch {
	case errors.Is(err, fs.ErrNotExist) && !p.Explicit:
		return Default(), nil, nil
	case errors.Is(err, fs.ErrNotExist):
		return nil, nil, fmt.Errorf("%s: there is no such file; `assay config init` writes one", p.Config)
	case err != nil:
		return nil, nil, fmt.Errorf("read configuration: %w", err)
	}
	opt.File = p.Config
	if runtime.GOOS != "windows" { // which has no such modes
		opt.Mode = mode
	}
	c, problems := Parse(doc, opt)
	return c, problems, nil
}

func readFile(path string) ([]byte, fs.FileMode, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, 0, err
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		return nil, 0, err
	}
	if info.IsDir() {
		return nil, 0, fmt.Errorf("%s is a folder, not a file", path)
	}
	doc, err := io.ReadAll(io.LimitReader(f, maxFile+1))
	return doc, info.Mode(), err
}

// ErrExists says that Init found a file and left it alone.
var ErrExists = errors.New("there is a configuration already")

// Init writes a starter file, all of it commented out, with mode 0600. It appears
// whole or not at all, and never replaces a file: then the error is ErrExists.
func Init(path string) error {
	dir := filepath.Dir(path)
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return fmt.Errorf("write configuration: %w", err)
	}
	tmp, err := os.CreateTemp(dir, ".config-*.toml") // mode 0600
	if err != nil {
		return fmt.Errorf("write configuration: %w", err)
	}
	defer os.Remove(tmp.Name())
	_, err = tmp.WriteString(Starter())
	if err := errors.Join(err, tmp.Sync(), tmp.Close()); err != nil {
		return fmt.Errorf("write configuration: %w", err)
	}
	return publish(tmp.Name(), path)
}

// publish gives the finished file its name unless something has that name. A link
// is atomic and refuses to replace; where a file system has none, rename after a look.
func publish(tmp, path string) error {
	err := os.Link(tmp, path)
	switch {
	case err == nil:
		return nil
	case errors.Is(err, fs.ErrExist):
		return fmt.Errorf("%s: %w", path, ErrExists)
	}
	if _, err := os.Lstat(path); err == nil {
		return fmt.Errorf("%s: %w", path, ErrExists)
	}
	if err := os.Rename(tmp, path); err != nil {
		return fmt.Errorf("write configuration: %w", err)
	}
	return nil
}
