package fusion

import (
	"sync"

	"assay/engine/chat"
)

// live is the text of a lane while it arrives: written by the lane's goroutine, read
// by Run's.
type live struct {
	mu   sync.Mutex
	text []byte
}

// watch takes a lane's bodies. A restarted attempt voids what came before.
func (l *live) watch(b chat.Body) {
	l.mu.Lock()
	defer l.mu.Unlock()
	switch b := b.(type) {
	case chat.Text:
		l.text = append(l.text, b.Text...)
	case *chat.Attempt:
		if b.Restart {
			l.text = l.text[:0]
		}
	}
}

func (l *live) snapshot() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return string(l.text)
}
