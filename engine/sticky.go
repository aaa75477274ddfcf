package engine

import (
	"sync"
	"time"

	"assay/catalog"
	"assay/engine/chat"
	"assay/engine/route"
)

// stickyFor is how long a conversation keeps to the endpoint whose prompt cache it
// has warmed. Source: OpenRouter's sticky provider routing.
const stickyFor = 10 * time.Minute

// maxSticky bounds the memory of conversations.
const maxSticky = 1024

// stickies remembers which endpoint served a conversation last.
type stickies struct {
	mu  *sync.Mutex
	pin map[stickyKey]sticky
}

type stickyKey struct{ session, model string }

type sticky struct {
	tag   string
	until time.Time
}

func newStickies() stickies { return stickies{mu: new(sync.Mutex), pin: map[stickyKey]sticky{}} }

// lookup is the endpoint tag a conversation should stay with, "" when there is none.
func (s stickies) lookup(session, model string) string {
	if session == "" {
		return ""
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	p := s.pin[stickyKey{session, model}]
	if time.Now().After(p.until) {
		return ""
	}
	return p.tag
}

// hit records a success. Only an endpoint whose cached tokens are cheaper is worth
// staying with.
func (s stickies) hit(r *chat.Request, c *route.Candidate) {
	if r.SessionID == "" || !cheaperCached(c.Endpoint) {
		return
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	now := time.Now()
	if len(s.pin) >= maxSticky {
		for k, p := range s.pin {
			if now.After(p.until) {
				delete(s.pin, k)
			}
		}
	}
	if len(s.pin) < maxSticky {
		s.pin[stickyKey{r.SessionID, c.Model.ID}] = sticky{c.Endpoint.Tag, now.Add(stickyFor)}
	}
}

func cheaperCached(e *catalog.Endpoint) bool {
	read, ok := e.Prices.CacheRead.Amount()
	full, ok2 := e.Prices.Prompt.Amount()
	return ok && ok2 && read.Less(full)
}

// pinned is the tag of the only endpoint that may go on: the last answer is an open
// tool loop that carries reasoning signatures, which no other provider accepts.
func pinned(r *chat.Request) string {
	for i := len(r.Messages) - 1; i >= 0; i-- {
		m := &r.Messages[i]
		if m.Role != chat.Assistant {
			continue
		}
		if m.Thinking != nil && len(m.ToolCalls) > 0 {
			return m.Thinking.Provider
		}
		return ""
	}
	return ""
}
