package engine

import (
	"bufio"
	"context"
	"errors"
	"io"
	"net/http"
	"time"

	"assay/engine/chat"
	"assay/engine/format"
	"assay/engine/format/sse"
)

// Bounds on what an upstream may make us hold.
const (
	maxErrorBody = 64 << 10
	maxBody      = 32 << 20
)

// respond reads the answer whatever shape it has: a stream, one JSON body, or an error
// that some proxies send as a page with a status of success.
func (a *attempt) respond(ctx context.Context, codec format.Codec, resp *http.Response) error {
	if resp.StatusCode/100 != 2 {
		return a.refused(codec, resp)
	}
	a.end.accepted = true
	body := bufio.NewReaderSize(resp.Body, 32<<10)
	first, err := firstByte(body)
	if err != nil {
		return err
	}
	switch first {
	case '{', '[':
		return a.whole(ctx, codec, body)
	case ':', 'd', 'e', 'i', 'r': // a comment, data, event, id or retry
		return a.stream(ctx, codec, body)
	}
	page, _ := io.ReadAll(io.LimitReader(body, maxErrorBody))
	ce := codec.DecodeError(http.StatusBadGateway, resp.Header, page)
	ce.Status = resp.StatusCode
	return ce
}

// firstByte skips the white space some gateways send to keep a connection alive.
func firstByte(r *bufio.Reader) (byte, error) {
	for {
		b, err := r.ReadByte()
		if err != nil {
			return 0, err
		}
		switch b {
		case ' ', '\t', '\r', '\n', 0xEF, 0xBB, 0xBF:
			continue
		}
		return b, r.UnreadByte()
	}
}

func (a *attempt) refused(codec format.Codec, resp *http.Response) error {
	if resp.StatusCode/100 == 3 {
		return &chat.Error{
			Type: chat.ErrUnavailable, Fault: chat.FaultUpstream, Status: resp.StatusCode,
			Message: "answers with a redirect, which is not followed: it would carry the key elsewhere",
		}
	}
	body, _ := io.ReadAll(io.LimitReader(resp.Body, maxErrorBody))
	return codec.DecodeError(resp.StatusCode, resp.Header, body)
}

func (a *attempt) whole(ctx context.Context, codec format.Codec, body io.Reader) error {
	all, err := io.ReadAll(io.LimitReader(body, maxBody+1))
	if err != nil {
		return err
	}
	if len(all) > maxBody {
		return &chat.Error{Type: chat.ErrUnavailable, Fault: chat.FaultUpstream, Message: "the answer is larger than 32 MiB"}
	}
	a.end.result, err = codec.DecodeBody(all, func(b chat.Body) { a.deliver(ctx, b) })
	if err == nil {
		err = a.verdict(ctx)
	}
	return err
}

func (a *attempt) stream(ctx context.Context, codec format.Codec, body io.Reader) error {
	rd, st := sse.NewReader(body), codec.NewStream()
	deliver := func(b chat.Body) { a.deliver(ctx, b) }
	var failed error
	for failed == nil && !st.Done() && ctx.Err() == nil {
		ev, err := rd.Next()
		if err != nil {
			failed = err
			break
		}
		failed = st.Event(ev, deliver)
	}
	res, err := st.Close()
	a.end.result = res
	switch {
	case ctx.Err() != nil:
		return ctx.Err()
	case failed != nil && !errors.Is(failed, io.EOF):
		return failed
	case err != nil:
		return err
	}
	return a.verdict(ctx)
}

// verdict refuses an answer that ended well but holds nothing: the next endpoint may
// do better. Nothing visible after a length or filter stop is an answer all the same.
func (a *attempt) verdict(ctx context.Context) error {
	if ctx.Err() != nil {
		return ctx.Err()
	}
	switch {
	case a.end.content:
		return nil
	case a.end.result.FinishReason == "stop" || a.end.result.FinishReason == "":
		return &chat.Error{Type: chat.ErrUnavailable, Fault: chat.FaultUpstream, Retryable: true, Message: "the answer was empty"}
	case !a.speak():
		return errLost
	}
	return nil
}

// speak claims the right to answer, and gives up where another attempt has it.
func (a *attempt) speak() bool {
	if a.race.claim(a) {
		return true
	}
	a.end.lost = true
	a.cancel(errLost)
	return false
}

// deliver hands a fragment on if this attempt may speak: the first content of a race
// decides who may.
func (a *attempt) deliver(ctx context.Context, b chat.Body) {
	if a.end.lost || ctx.Err() != nil || blank(b) {
		return
	}
	if !a.end.content {
		if !a.speak() {
			return
		}
		a.end.content = true
		a.end.ttft = time.Since(a.start)
		a.race.l.firstContent()
		a.race.l.eng.opt.Health.Spoke(healthKey(a.cand))
		a.race.won <- a
	}
	a.watch.content()
	a.end.tokens += approx(b)
	taken := a.race.l.content(ctx, b)
	a.watch.handedOn()
	if taken && a.ceiling > 0 && a.end.tokens > a.ceiling {
		a.cancel(&chat.Error{Type: chat.ErrBudget, Fault: chat.FaultLocal, Message: "stopped: going on would pass a spending cap"})
	}
}

func blank(b chat.Body) bool {
	switch b := b.(type) {
	case chat.Text:
		return b.Text == ""
	case chat.Thought:
		return b.Text == ""
	}
	return false
}

func approx(b chat.Body) float64 {
	switch b := b.(type) {
	case chat.Text:
		return chat.ApproxTokens(b.Text)
	case chat.Thought:
		return chat.ApproxTokens(b.Text)
	case chat.ToolCall:
		return chat.ApproxTokens(b.Arguments)
	}
	return 0
}
