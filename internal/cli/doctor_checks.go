package cli

import (
	"bytes"
	"context"
	"encoding/pem"
	"errors"
	"fmt"
	"io/fs"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"time"

	"assay/engine"
	"assay/engine/provider"
	"assay/internal/config"
	"assay/internal/store"
	"assay/internal/wiring"
	"assay/ui/theme"
)

// configuration reports whether the rest of the program can use the file.
func (c *doctorCmd) configuration() bool {
	p, err := c.app.Paths()
	if err != nil {
		c.add("configuration", fail, err.Error(), "")
		return false
	}
	problems, err := config.Check(p, c.app.ConfigOptions())
	if err != nil {
		c.add("configuration", fail, err.Error(), "")
		return false
	}
	usable := true
	for _, pr := range problems {
		g := warn
		if !pr.Warning {
			g, usable = fail, false
		}
		c.add("configuration", g, pr.String(), "edit the file")
	}
	info, err := os.Stat(p.Config)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		c.add("configuration", fine, "none at "+p.Config+", so the defaults apply", "")
	case err == nil && info.Mode().Perm()&0o022 != 0:
		c.add("configuration", warn, p.Config+" can be changed by other users", "chmod 600 "+p.Config)
	case err == nil && len(problems) == 0:
		c.add("configuration", fine, p.Config, "")
	}
	return usable
}

// folders makes sure something can be written where the program writes.
func (c *doctorCmd) folders() {
	p, err := c.app.Paths()
	if err != nil {
		return // told by configuration
	}
	for _, f := range []struct{ name, path string }{{"data", p.Data}, {"state", p.State}, {"cache", p.Cache}} {
		at := f.path
		for at != filepath.Dir(at) && !isThere(at) {
			at = filepath.Dir(at) // it is made when first needed
		}
		probe, err := os.CreateTemp(at, ".assay-*")
		if err != nil {
			c.add(f.name+" folder", fail, f.path+" cannot be written: "+reason(err), "give yourself the right to write there, or set ASSAY_HOME to another folder")
			continue
		}
		err = errors.Join(probe.Close(), os.Remove(probe.Name()))
		if err != nil {
			c.add(f.name+" folder", warn, reason(err), "look at "+at)
			continue
		}
		c.add(f.name+" folder", fine, f.path, "")
	}
}

func isThere(path string) bool {
	_, err := os.Lstat(path)
	return !errors.Is(err, fs.ErrNotExist)
}

func reason(err error) string {
	if pe := (*fs.PathError)(nil); errors.As(err, &pe) {
		return pe.Err.Error()
	}
	return err.Error()
}

// data opens the data file if there is one.
func (c *doctorCmd) data() {
	p, err := c.app.Paths()
	if err != nil {
		return // told by configuration
	}
	st := store.New(p.Data)
	if !isThere(st.Path()) {
		c.add("data file", fine, "none yet", "")
		return
	}
	err = st.Open()
	if cerr := st.Close(); err == nil {
		err = cerr
	}
	fixes := []struct {
		err error
		fix string
	}{
		{store.ErrDamaged, "assay sets it aside and starts anew at the next request"},
		{store.ErrUnavailable, "give yourself the right to write it"},
		{store.ErrTooNew, "update assay"},
		{store.ErrBusy, "end the other program that holds it"},
	}
	for _, f := range fixes {
		if errors.Is(err, f.err) {
			c.add("data file", fail, err.Error(), f.fix)
			return
		}
	}
	if err != nil {
		c.add("data file", fail, err.Error(), "move it away")
		return
	}
	c.add("data file", fine, st.Path(), "")
}

// staleAfter is the age at which prices have mostly changed somewhere.
const staleAfter = 30 * 24 * time.Hour

// catalog tells the age of the newest facts, which also bounds the clock from below.
func (c *doctorCmd) catalog() {
	cat, err := c.app.Catalog()
	if err != nil {
		c.add("catalog", fail, err.Error(), "assay models refresh")
		return
	}
	newest := ""
	for _, m := range cat.Models() {
		newest = max(newest, m.Source.Date)
	}
	date, err := time.Parse(time.DateOnly, newest)
	if err != nil {
		c.add("catalog", warn, "says no date", "assay models refresh")
		return
	}
	age := c.app.Now().Sub(date)
	what := fmt.Sprintf("%d models, as of %s", len(cat.Models()), newest)
	switch {
	case age < -24*time.Hour:
		c.add("clock", fail, "says "+c.app.Now().UTC().Format(time.DateOnly)+", before the catalog of "+newest+" was made", "set the clock")
		return
	case age > staleAfter:
		c.add("catalog", warn, what, "assay models refresh")
	default:
		c.add("catalog", fine, what, "")
	}
	c.add("clock", fine, c.app.Now().UTC().Format(time.DateTime)+" UTC", "")
}

func (c *doctorCmd) proxies() {
	set := false
	for _, name := range []string{"HTTPS_PROXY", "https_proxy", "HTTP_PROXY", "http_proxy"} {
		v := c.app.Env(name)
		if v == "" {
			continue
		}
		set = true
		if !strings.Contains(v, "://") {
			v = "http://" + v
		}
		u, err := url.Parse(v)
		switch {
		case err != nil || u.Host == "":
			c.add("proxy", fail, name+" is no address", "set it to http://HOST:PORT")
		case !contains([]string{"http", "https", "socks5", "socks5h"}, u.Scheme):
			c.add("proxy", fail, name+" has the scheme "+u.Scheme, "use http, https or socks5")
		default:
			c.add("proxy", fine, name+" is "+u.Scheme+"://"+u.Host, "") // without its password
		}
	}
	if !set {
		c.add("proxy", fine, "none", "")
	}
}

func (c *doctorCmd) certificates() {
	if name := c.app.Env("SSL_CERT_FILE"); name != "" {
		switch b, err := os.ReadFile(name); {
		case err != nil:
			c.add("certificates", fail, "SSL_CERT_FILE "+name+": "+reason(err), "set it to a readable PEM file, or unset it")
		case !hasCertificate(b):
			c.add("certificates", fail, "SSL_CERT_FILE "+name+" holds no PEM certificate", "set it to a file with certificates, or unset it")
		default:
			c.add("certificates", fine, "SSL_CERT_FILE "+name, "")
		}
		return
	}
	c.add("certificates", fine, "the system's", "")
}

func hasCertificate(b []byte) bool {
	for {
		block, rest := pem.Decode(bytes.TrimSpace(b))
		if block == nil {
			return false
		}
		if block.Type == "CERTIFICATE" {
			return true
		}
		b = rest
	}
}

func (c *doctorCmd) terminal() {
	env := c.app.Env
	name := env("TERM")
	switch {
	case !c.app.OutTTY:
		c.add("terminal", fine, "standard output is none", "")
	case name == "" || name == "dumb":
		c.add("terminal", warn, "TERM is "+fmt.Sprintf("%q", name)+", which has no colour and no cursor", "set TERM to what your terminal is, such as xterm-256color")
	default:
		what := name + ", " + theme.ProfileFromEnv(env, true).String()
		width := c.app.Width()
		if width > 0 && width < 80 {
			c.add("terminal", warn, fmt.Sprintf("%s, %d columns: lanes become tabs", what, width), "widen the window to 80 columns or more")
		} else {
			c.add("terminal", fine, fmt.Sprintf("%s, %d columns", what, width), "")
		}
	}
	locale := env("LC_ALL")
	for _, v := range []string{"LC_CTYPE", "LANG"} {
		if locale == "" {
			locale = env(v)
		}
	}
	if low := strings.ToLower(locale); strings.Contains(low, "utf-8") || strings.Contains(low, "utf8") {
		c.add("locale", fine, locale, "")
	} else {
		c.add("locale", warn, fmt.Sprintf("%q is not UTF-8", locale), "set LANG to one that is, such as C.UTF-8, or ascii = true in [ui]")
	}
	if env("TMUX") != "" {
		c.add("clipboard", fine, "inside tmux, which passes copies on only if told to", "tmux set -s set-clipboard on")
	}
}

// keys looks at the shape of keys; whether they are valid only their provider knows.
func (c *doctorCmd) keys(sys *wiring.System) {
	n := 0
	for _, p := range sys.Providers().All() {
		if p.Usable() != "" || p.Key.IsZero() {
			continue
		}
		n++
		if odd := oddKey(p); odd != "" {
			c.add("key", warn, p.Name+" ("+p.KeyFrom+"): "+odd, "copy the key again from "+p.Display)
			continue
		}
		c.add("key", fine, p.Name+" ("+p.KeyFrom+")", "")
	}
	if n == 0 {
		c.add("key", warn, "none, so only the demo and local servers can be asked", "set OPENROUTER_API_KEY or another; assay providers --all lists them")
	}
}

// oddKey says what is unusual about a key, without any part of it.
func oddKey(p *provider.Provider) string {
	v := p.Key.Reveal()
	begins := map[string]string{"openai": "sk-", "anthropic": "sk-ant-", "openrouter": "sk-or-", "groq": "gsk_", "xai": "xai-"}
	switch {
	case strings.ContainsAny(v, " \t\"'`<>"):
		return "has spaces, quotes or brackets in it"
	case p.Local:
		return ""
	case len(v) < 16:
		return "is shorter than any key"
	case !strings.HasPrefix(v, begins[p.Name]):
		return "does not begin with " + begins[p.Name] + " as its keys do"
	}
	return ""
}

// reachTimeout bounds one provider's answer.
const reachTimeout = 10 * time.Second

// reach sends each configured provider a request without a key: any answer will do.
func (c *doctorCmd) reach(ctx context.Context, sys *wiring.System) {
	ctx, cancel := context.WithTimeout(ctx, reachTimeout)
	defer cancel()
	tr := engine.NewTransport()
	defer tr.CloseIdleConnections()
	var list []*provider.Provider
	for _, p := range sys.Providers().All() {
		if p.Usable() == "" && !p.Demo {
			list = append(list, p)
		}
	}
	out := make([]finding, len(list))
	var wg sync.WaitGroup
	for i, p := range list {
		wg.Go(func() { out[i] = reachOne(ctx, tr, p, c.app.Now) })
	}
	wg.Wait()
	c.found = append(c.found, out...)
}

func reachOne(ctx context.Context, tr http.RoundTripper, p *provider.Provider, now func() time.Time) finding {
	req, err := http.NewRequestWithContext(ctx, http.MethodHead, p.BaseURL+"/models", nil)
	if err != nil {
		return finding{"network", fail, p.Name + ": base_url: " + err.Error(), "edit the configuration"}
	}
	resp, err := tr.RoundTrip(req)
	if err != nil {
		return finding{"network", fail, p.Name + ": " + err.Error(), "check connection, proxy and certificates"}
	}
	_ = resp.Body.Close() // a HEAD has none
	if date, err := http.ParseTime(resp.Header.Get("Date")); err == nil {
		if off := now().Sub(date).Abs(); off > 5*time.Minute {
			return finding{"clock", warn, fmt.Sprintf("differs from that of %s by %s", p.Name, off.Round(time.Minute)), "set the clock"}
		}
	}
	return finding{"network", fine, p.Name + " answers", ""}
}
