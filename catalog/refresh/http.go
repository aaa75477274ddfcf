package refresh

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"time"
)

// Errors of a source's answer.
var (
	ErrTooLarge = errors.New("answer is too large")
	ErrRedirect = errors.New("redirected to another host")
)

// StatusError is an answer that is neither 200 nor 304.
type StatusError struct{ Status int }

func (e *StatusError) Error() string {
	return fmt.Sprintf("answered %d %s", e.Status, http.StatusText(e.Status))
}

// seen is what a source said about the version of its answer.
type seen struct {
	ETag     string    `json:"etag,omitempty"`
	Modified string    `json:"last_modified,omitempty"`
	At       time.Time `json:"at"`
}

// get fetches a URL; the body is nil when it is the version that was seen before.
func (r *Refresher) get(ctx context.Context, url string, header http.Header, before seen) ([]byte, seen, error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, url, nil)
	if err != nil {
		return nil, seen{}, err
	}
	for k, v := range header {
		req.Header[k] = v
	}
	req.Header.Set("Accept", "application/json")
	req.Header.Set("User-Agent", r.opt.Agent)
	if before.ETag != "" {
		req.Header.Set("If-None-Match", before.ETag)
	}
	if before.Modified != "" {
		req.Header.Set("If-Modified-Since", before.Modified)
	}
	resp, err := r.opt.Client.Do(req)
	if err != nil {
		return nil, seen{}, err
	}
	defer resp.Body.Close()
	now := seen{ETag: resp.Header.Get("ETag"), Modified: resp.Header.Get("Last-Modified"), At: r.opt.Now().UTC()}
	switch {
	case resp.StatusCode == http.StatusNotModified && before.ETag+before.Modified != "":
		before.At = now.At
		return nil, before, nil
	case resp.StatusCode != http.StatusOK:
		return nil, seen{}, &StatusError{resp.StatusCode}
	}
	tooLarge := fmt.Errorf("more than %d MiB: %w", r.opt.MaxBytes>>20, ErrTooLarge)
	if resp.ContentLength > r.opt.MaxBytes {
		return nil, seen{}, tooLarge
	}
	body, err := io.ReadAll(io.LimitReader(resp.Body, r.opt.MaxBytes+1))
	switch {
	case err != nil:
		return nil, seen{}, err
	case int64(len(body)) > r.opt.MaxBytes:
		return nil, seen{}, tooLarge
	case len(body) == 0:
		return nil, seen{}, io.ErrUnexpectedEOF
	}
	return body, now, nil
}

// sameHost keeps keys in headers of their own from following a redirect elsewhere.
func sameHost(req *http.Request, via []*http.Request) error {
	switch {
	case len(via) > 5:
		return errors.New("too many redirects")
	case req.URL.Host != via[0].URL.Host:
		return ErrRedirect
	}
	return nil
}

func endpointsURL(base, slug string) (string, error) {
	author, name, ok := strings.Cut(slug, "/")
	if !ok || author == "" || name == "" || strings.Contains(name, "/") {
		return "", fmt.Errorf("endpoints of %q: not an author/model slug", slug)
	}
	return base + "/models/" + url.PathEscape(author) + "/" + url.PathEscape(name) + "/endpoints", nil
}
