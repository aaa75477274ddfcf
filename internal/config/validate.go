package config

import (
	"fmt"
	"maps"
	"net"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"unicode"
)

// validate finds what no single key shows: settings that contradict each other,
// names nobody knows, things that are missing.
func (d *decoder) validate(c *Config, opt Options) {
	d.limits(c.Limits)
	d.routing("routing", c.Routing)
	d.timeouts(c.Routing.Timeouts)
	d.bindings(c.UI.Keys, opt.Keys)
	for _, name := range slices.Sorted(maps.Keys(c.Providers)) {
		d.provider(join("providers", name), name, c.Providers[name], opt)
	}
	for _, name := range slices.Sorted(maps.Keys(c.Presets)) {
		d.preset(join("presets", name), c.Presets[name])
	}
	for _, name := range slices.Sorted(maps.Keys(c.Panels)) {
		d.panel(join("panels", name), c.Panels[name])
	}
}

func (d *decoder) warn(path, format string, args ...any) {
	d.problems = append(d.problems, Problem{Key: path, Message: fmt.Sprintf(format, args...), Warning: true})
}

func (d *decoder) limits(l Limits) {
	if l.RunUSD != nil && l.DayUSD != nil && l.DayUSD.Less(*l.RunUSD) {
		d.fail("limits.run_usd", "contradicts limits.day_usd: a run may not cost more than its day; lower one or raise the other")
	}
	if l.DayUSD != nil && l.MonthUSD != nil && l.MonthUSD.Less(*l.DayUSD) {
		d.fail("limits.day_usd", "contradicts limits.month_usd: a day may not cost more than its month; lower one or raise the other")
	}
}

func (d *decoder) routing(path string, r Routing) {
	for _, name := range r.Ignore {
		switch {
		case slices.Contains(r.Only, name):
			d.fail(join(path, "ignore"), "%s is in only as well; take it out of one of them", quote(name))
		case slices.Contains(r.Order, name):
			d.fail(join(path, "ignore"), "%s is in order as well; take it out of one of them", quote(name))
		}
	}
	if r.Hedge && !r.AllowFallbacks {
		d.fail(join(path, "hedge"), "needs a second endpoint, which allow_fallbacks = false forbids; change one of them")
	}
}

func (d *decoder) timeouts(t Timeouts) {
	if t.Connect > t.Total || t.FirstToken > t.Total || t.Idle > t.Total {
		d.fail("routing.total_timeout", "is shorter than another timeout (connect %s, first token %s, idle %s), which could never run out; raise it or lower that one",
			t.Connect, t.FirstToken, t.Idle)
	}
	if t.Connect > t.FirstToken {
		d.fail("routing.connect_timeout", "is longer than first_token_timeout (%s), which counts from sending; lower it or raise that one", t.FirstToken)
	}
}

// bindings checks each action alone, so that a mistake has its place, and then all
// together, since two may ask for one key.
func (d *decoder) bindings(keys map[string]Chords, check func(map[string][]string) error) {
	if check == nil {
		return
	}
	all, good := map[string][]string{}, true
	for _, action := range slices.Sorted(maps.Keys(keys)) {
		all[action] = keys[action]
		if err := check(map[string][]string{action: keys[action]}); err != nil {
			good = false
			d.fail(join("ui.keys", action), "%s", oneLine(err.Error()))
		}
	}
	if !good || len(all) < 2 {
		return
	}
	if err := check(all); err != nil {
		d.fail("ui.keys", "%s", oneLine(err.Error()))
	}
}

func (d *decoder) provider(path, name string, p Provider, opt Options) {
	d.keySource(path, p, opt)
	if p.BaseURL != "" {
		d.baseURL(join(path, "base_url"), p)
	} else {
		d.known(path, name, opt)
	}
	for _, h := range slices.Sorted(maps.Keys(p.Headers)) {
		d.header(join(join(path, "headers"), h), h, p.Headers[h])
	}
	seen := map[string]bool{}
	for i, m := range p.Models {
		at := fmt.Sprintf("%s[%d]", join(path, "models"), i)
		switch {
		case m.ID == "":
			d.fail(at, `needs id, the slug users type, such as id = "acme/tuned"`)
		case !isSlug(m.ID):
			d.fail(join(at, "id"), "%s is not a slug; write author/model without spaces", quote(m.ID))
		case seen[m.ID]:
			d.fail(join(at, "id"), "%s is listed twice; remove one of the two", quote(m.ID))
		}
		if m.Context > 0 && m.MaxOutput > m.Context {
			d.fail(join(at, "max_output"), "is more than context; an answer lies within the context")
		}
		seen[m.ID] = true
	}
}

// known checks that what a provider's entry leaves out is known from elsewhere.
func (d *decoder) known(path, name string, opt Options) {
	if opt.Providers == nil || slices.Contains(opt.Providers, name) {
		return
	}
	known := opt.Providers
	if opt.MoreProviders != nil {
		if known = slices.Concat(known, opt.MoreProviders()); slices.Contains(known, name) {
			return
		}
	}
	d.fail(path, "needs base_url: no provider of that name is known%s", didYouMean(name, known))
}

var envName = regexp.MustCompile(`^[A-Za-z_][A-Za-z0-9_]*$`)

// keySource checks that there is one source of the key at most, and that it can work.
func (d *decoder) keySource(path string, p Provider, opt Options) {
	var set []string
	for _, s := range []struct {
		name string
		is   bool
	}{
		{"key_env", p.KeyEnv != ""},
		{"key_command", len(p.KeyCommand) > 0},
		{"key_keychain", p.KeyKeychain != ""},
		{"key", !p.Key.IsZero()},
		{"keyless", p.Keyless},
	} {
		if s.is {
			set = append(set, s.name)
		}
	}
	if len(set) > 1 {
		d.fail(join(path, set[1]), "contradicts %s; keep one source of the key", set[0])
	}
	if p.KeyEnv != "" && (!envName.MatchString(p.KeyEnv) || looksLikeKey(p.KeyEnv)) {
		// Without the value: people paste the key itself here.
		d.fail(join(path, "key_env"), "is not the name of an environment variable; write its name, such as ACME_KEY, not the key")
	}
	if looksLikeKey(p.KeyKeychain) {
		d.fail(join(path, "key_keychain"), "looks like the key itself; write the name of its account in the keychain")
	}
	if len(p.KeyCommand) > 0 && strings.TrimSpace(p.KeyCommand[0]) == "" {
		d.fail(join(path, "key_command"), "has an empty program name")
	}
	if !p.Key.IsZero() && opt.Mode.Perm()&0o077 != 0 {
		fix := "chmod 600 the file"
		if opt.File != "" {
			fix = "chmod 600 " + opt.File
		}
		d.fail(join(path, "key"), "others can read this file (mode %04o): %s, or use key_env, key_command or key_keychain", opt.Mode.Perm(), fix)
	}
}

// looksLikeKey reports what no name looks like: long, of letters in lower case and
// digits, in one piece.
func looksLikeKey(s string) bool {
	return len(s) >= 24 && strings.ContainsFunc(s, unicode.IsLower) && strings.ContainsFunc(s, unicode.IsDigit) && !strings.ContainsAny(s, " ./@:")
}

func (d *decoder) baseURL(path string, p Provider) {
	u, err := url.Parse(p.BaseURL)
	switch {
	case err != nil || u.Host == "" || u.Scheme != "http" && u.Scheme != "https":
		d.fail(path, `is not an address; write one such as "https://api.example.com/v1"`)
	case u.User != nil:
		d.fail(path, "must not hold a user or a password; use one of the key settings")
	case u.RawQuery != "" || u.Fragment != "":
		d.fail(path, "must end with its path; remove what follows ? or #")
	case u.Scheme == "http" && !p.Keyless && !isLocal(u.Hostname()):
		d.warn(path, "sends the key unencrypted over http; use https, or keyless = true")
	}
}

// isLocal reports whether traffic to the host stays within this machine or network.
func isLocal(host string) bool {
	ip := net.ParseIP(host)
	return host == "localhost" || strings.HasSuffix(host, ".localhost") || strings.HasSuffix(host, ".local") ||
		ip != nil && (ip.IsLoopback() || ip.IsPrivate() || ip.IsLinkLocalUnicast())
}

func (d *decoder) header(path, name, value string) {
	switch http.CanonicalHeaderKey(name) {
	case "Authorization", "X-Api-Key", "Api-Key", "X-Goog-Api-Key", "Cookie", "Proxy-Authorization":
		d.fail(path, "holds a secret; use key_env, key_command, key_keychain or key")
		return
	case "Content-Length", "Host", "Transfer-Encoding", "Connection":
		d.fail(path, "is set by the program itself; remove it")
		return
	}
	if !isToken(name) {
		d.fail(path, "is not the name of an HTTP header")
	}
	if strings.ContainsFunc(value, unicode.IsControl) {
		d.fail(path, "has control characters; a header is one line")
	}
}

// isToken reports whether s is a token of RFC 9110 §5.6.2.
func isToken(s string) bool {
	return s != "" && !strings.ContainsFunc(s, func(r rune) bool {
		return r <= ' ' || r >= 0x7f || strings.ContainsRune(`"(),/:;<=>?@[\]{}`, r)
	})
}

// isSlug reports whether s can be a model's name.
func isSlug(s string) bool {
	return s != "" && len(s) <= 256 && !strings.ContainsFunc(s, func(r rune) bool {
		return unicode.IsSpace(r) || !unicode.IsGraphic(r)
	})
}

func (d *decoder) preset(path string, p Preset) {
	if p.Model != "" && len(p.Models) > 0 {
		d.fail(join(path, "models"), "contradicts model; keep one: models is a list whose next is asked when one fails")
	}
	if p.Model != "" && !isSlug(p.Model) {
		d.fail(join(path, "model"), "%s is not a model", quote(p.Model))
	}
	d.slugs(join(path, "models"), p.Models)
	if p.Reasoning.Effort != "" && p.Reasoning.MaxTokens > 0 {
		d.fail(join(path, "reasoning"), "has an effort and max_tokens; keep one of them")
	}
	d.routing(join(path, "routing"), p.Routing)
	seen := map[string]bool{}
	for i, t := range p.Tools {
		at := fmt.Sprintf("%s[%d]", join(path, "tools"), i)
		switch {
		case t.Name == "":
			d.fail(at, "needs a name")
		case !toolName.MatchString(t.Name):
			d.fail(join(at, "name"), "%s is not a tool's name; use up to 64 letters, digits, _ and -", quote(t.Name))
		case seen[t.Name]:
			d.fail(join(at, "name"), "%s is listed twice; remove one of the two", quote(t.Name))
		}
		seen[t.Name] = true
	}
}

var toolName = regexp.MustCompile(`^[A-Za-z0-9_-]{1,64}$`)

func (d *decoder) slugs(path string, list []string) {
	for i, s := range list {
		if !isSlug(s) {
			d.fail(fmt.Sprintf("%s[%d]", path, i), "%s is not a model", quote(s))
		}
	}
}

func (d *decoder) panel(path string, p Panel) {
	if n := len(p.Members); n < 1 || n > 8 {
		d.fail(path, "needs 1 to 8 members, not %d", n)
	}
	d.slugs(join(path, "members"), p.Members)
	if p.Quorum > len(p.Members) {
		d.fail(join(path, "quorum"), "is more than the panel has members (%d)", len(p.Members))
	}
	for key, model := range map[string]string{"judge": p.Judge, "writer": p.Writer} {
		if model != "" && !isSlug(model) {
			d.fail(join(path, key), "%s is not a model", quote(model))
		}
	}
	if p.Writer == "lexical" {
		d.fail(join(path, "writer"), "lexical only judges; name a model")
	}
}
