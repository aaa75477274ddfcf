package rankings

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"time"
)

// The dataset's limits, and the most days one request may span.
const (
	PerMinute = 30
	PerDay    = 500
	MaxDays   = 366
)

const (
	dataset  = "/datasets/rankings-daily"
	maxBytes = 8 << 20
	patience = 20 * time.Second
)

// Counter counts requests in fixed windows, for all processes that share it.
type Counter interface {
	// Take counts one request in the window of key that begins at start, unless it
	// already holds limit of them.
	Take(key string, start time.Time, length time.Duration, limit int) (ok bool, used int, err error)
}

// Options of a Client.
type Options struct {
	BaseURL string                               // of OpenRouter's interface; "": the public one
	Header  func() (header http.Header, ok bool) // with the key; ok is false when there is none. Never kept
	Dir     string                               // folder of the cache; "": nothing is kept on disk
	Count   Counter                              // nil: this process alone counts
	HTTP    *http.Client                         // nil: the default one
	Now     func() time.Time                     // nil: time.Now
	Agent   string                               // sent as User-Agent
}

// Client asks for the dataset. It is safe for concurrent use and asks once at a time.
type Client struct {
	opt Options
	mu  sync.Mutex
}

// New makes a client. It does no IO.
func New(opt Options) *Client {
	opt.BaseURL = cmp.Or(strings.TrimRight(opt.BaseURL, "/"), "https://openrouter.ai/api/v1")
	opt.Agent = cmp.Or(opt.Agent, "assay")
	if opt.Now == nil {
		opt.Now = time.Now
	}
	if opt.Count == nil {
		opt.Count = &memory{}
	}
	client := http.Client{}
	if opt.HTTP != nil {
		client = *opt.HTTP
	}
	// The key must not follow a redirect to somebody else.
	client.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	opt.HTTP = &client
	return &Client{opt: opt}
}

// Get is the ranking of the last completed UTC days, 1 to MaxDays of them. What was
// read today is not asked for again. When asking fails and an older table is there,
// both the table and the error are returned.
func (c *Client) Get(ctx context.Context, days int) (*Table, error) {
	if days < 1 || days > MaxDays {
		return nil, fmt.Errorf("rankings: %d days; 1 to %d can be asked for", days, MaxDays)
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	now := c.opt.Now().UTC()
	kept, at, err := c.kept(days)
	if err == nil && at.UTC().Truncate(24*time.Hour).Equal(now.Truncate(24*time.Hour)) {
		return kept, nil
	}
	body, err := c.fetch(ctx, days, now)
	if err != nil {
		return kept, fmt.Errorf("rankings: %w", err)
	}
	t, err := Decode(body)
	if err != nil {
		return kept, fmt.Errorf("rankings: %w", err)
	}
	if err := c.keep(days, now, body); err != nil {
		return t, fmt.Errorf("rankings: keep them: %w", err)
	}
	return t, nil
}

func (c *Client) fetch(ctx context.Context, days int, now time.Time) ([]byte, error) {
	header, ok := http.Header(nil), false
	if c.opt.Header != nil {
		header, ok = c.opt.Header()
	}
	if !ok {
		return nil, ErrNoKey
	}
	if err := c.take(now); err != nil {
		return nil, err
	}
	last := now.Truncate(24*time.Hour).AddDate(0, 0, -1)
	q := url.Values{
		"start_date": {last.AddDate(0, 0, 1-days).Format(time.DateOnly)},
		"end_date":   {last.Format(time.DateOnly)},
	}
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, c.opt.BaseURL+dataset+"?"+q.Encode(), nil)
	if err != nil {
		return nil, err
	}
	for k, v := range header {
		req.Header[k] = v
	}
	req.Header.Set("Accept", "application/json")
	req.Header.Set("User-Agent", c.opt.Agent)
	resp, err := c.opt.HTTP.Do(req)
	if err != nil {
		var where *url.Error
		if errors.As(err, &where) { // the address says nothing to the user
			err = where.Err
		}
		return nil, err
	}
	defer resp.Body.Close()
	if resp.StatusCode != http.StatusOK {
		return nil, refused(resp)
	}
	body, err := io.ReadAll(io.LimitReader(resp.Body, maxBytes+1))
	if err == nil && len(body) > maxBytes {
		err = fmt.Errorf("the answer is larger than %d MiB", maxBytes>>20)
	}
	return body, err
}

func refused(resp *http.Response) error {
	switch resp.StatusCode {
	case http.StatusUnauthorized, http.StatusForbidden:
		return fmt.Errorf("%w that works: it was answered %d", ErrNoKey, resp.StatusCode)
	case http.StatusTooManyRequests:
		if s, err := strconv.Atoi(resp.Header.Get("Retry-After")); err == nil && s > 0 {
			return fmt.Errorf("%w for %d seconds", ErrLimit, s)
		}
		return fmt.Errorf("%w for now", ErrLimit)
	}
	return fmt.Errorf("answered %d %s", resp.StatusCode, http.StatusText(resp.StatusCode))
}

// take counts the request in both of the dataset's windows.
func (c *Client) take(now time.Time) error {
	for _, w := range []struct {
		length time.Duration
		limit  int
	}{{24 * time.Hour, PerDay}, {time.Minute, PerMinute}} {
		start := now.Truncate(w.length)
		ok, _, err := c.opt.Count.Take("rankings", start, w.length, w.limit)
		if err != nil {
			return err
		}
		if !ok {
			return fmt.Errorf("%w for %s", ErrLimit, start.Add(w.length).Sub(now).Round(time.Second))
		}
	}
	return nil
}

// kept is what was last read of that many days, and when.
func (c *Client) kept(days int) (*Table, time.Time, error) {
	if c.opt.Dir == "" {
		return nil, time.Time{}, os.ErrNotExist
	}
	data, err := os.ReadFile(c.path(days))
	if err != nil {
		return nil, time.Time{}, err
	}
	var f file
	if err := json.Unmarshal(data, &f); err != nil {
		return nil, time.Time{}, err
	}
	t, err := Decode(f.Body)
	return t, f.At, err
}

// file is a cached answer.
type file struct {
	At   time.Time       `json:"at"`
	Body json.RawMessage `json:"body"`
}

func (c *Client) path(days int) string {
	return filepath.Join(c.opt.Dir, "rankings-"+strconv.Itoa(days)+".json")
}

func (c *Client) keep(days int, now time.Time, body []byte) (err error) {
	if c.opt.Dir == "" {
		return nil
	}
	data, err := json.Marshal(file{now, body})
	if err != nil {
		return err
	}
	if err := os.MkdirAll(c.opt.Dir, 0o755); err != nil {
		return err
	}
	tmp, err := os.CreateTemp(c.opt.Dir, ".rankings-*")
	if err != nil {
		return err
	}
	defer func() {
		if err != nil {
			err = errors.Join(err, os.Remove(tmp.Name()))
		}
	}()
	if _, err := tmp.Write(data); err != nil {
		return errors.Join(err, tmp.Close())
	}
	if err := tmp.Close(); err != nil {
		return err
	}
	return os.Rename(tmp.Name(), c.path(days))
}

// memory is a Counter of this process alone.
type memory struct {
	mu    sync.Mutex
	start map[time.Duration]time.Time
	used  map[time.Duration]int
}

// Take implements Counter.
func (m *memory) Take(_ string, start time.Time, length time.Duration, limit int) (bool, int, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.start == nil {
		m.start, m.used = map[time.Duration]time.Time{}, map[time.Duration]int{}
	}
	if !m.start[length].Equal(start) {
		m.start[length], m.used[length] = start, 0
	}
	if m.used[length] >= limit {
		return false, m.used[length], nil
	}
	m.used[length]++
	return true, m.used[length], nil
}
