package config

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os/exec"
	"strings"
	"sync"
	"time"
	"unicode"

	"github.com/zalando/go-keyring"

	"assay/internal/secret"
)

// KeychainService is the service under which keys stand in the system keychain.
const KeychainService = "assay"

// ErrNoKey says that a provider's key source is configured but gave nothing.
var ErrNoKey = errors.New("no key")

// Keys finds the keys of providers. Each provider is asked once; later calls give
// the same answer. It is safe for concurrent use, and a call that waits for a
// command or a keychain does not hold up those for other providers.
type Keys struct {
	Env      func(name string) string                        // os.Getenv
	Run      func(context.Context, []string) ([]byte, error) // nil: the command itself
	Keychain func(account string) (string, error)            // nil: the system's

	mu    sync.Mutex
	found map[string]func() (secret.Key, string, error)
}

// CommandTimeout bounds key_command: it may ask for a passphrase, but not forever.
const CommandTimeout = 30 * time.Second

// Find returns the key of the provider and where it came from, in words that do not
// hold it: "env GROQ_API_KEY". usual are the environment variables the provider is
// known by; key_env replaces them. The environment wins over the rest of the file.
// Without any source the key is zero and the source "". The first call may run a
// command: never call it before the first frame.
func (k *Keys) Find(ctx context.Context, name string, p Provider, usual []string) (secret.Key, string, error) {
	k.mu.Lock()
	if k.found == nil {
		k.found = map[string]func() (secret.Key, string, error){}
	}
	once, ok := k.found[name]
	if !ok {
		var mu sync.Mutex
		var done bool
		var key secret.Key
		var from string
		var err error
		once = func() (secret.Key, string, error) {
			mu.Lock()
			defer mu.Unlock()
			if !done {
				key, from, err = k.find(ctx, p, usual)
				done = ctx.Err() == nil // a cancelled look-up is no answer
			}
			return key, from, err
		}
		k.found[name] = once
	}
	k.mu.Unlock()
	return once()
}

func (k *Keys) find(ctx context.Context, p Provider, usual []string) (secret.Key, string, error) {
	if p.Keyless {
		return secret.Key{}, "", nil
	}
	if p.KeyEnv != "" {
		usual = []string{p.KeyEnv}
	}
	for _, name := range usual {
		if v := strings.TrimSpace(k.Env(name)); v != "" {
			key, err := clean(v)
			return key, "env " + name, err
		}
	}
	switch {
	case p.KeyEnv != "":
		return secret.Key{}, "env " + p.KeyEnv, fmt.Errorf("%w: $%s is not set", ErrNoKey, p.KeyEnv)
	case len(p.KeyCommand) > 0:
		return k.fromCommand(ctx, p.KeyCommand)
	case p.KeyKeychain != "":
		return k.fromKeychain(p.KeyKeychain)
	case !p.Key.IsZero():
		key, err := clean(p.Key.Reveal())
		return key, "config file", err
	}
	return secret.Key{}, "", nil
}

func (k *Keys) fromCommand(ctx context.Context, argv []string) (secret.Key, string, error) {
	from := "command " + argv[0]
	run := k.Run
	if run == nil {
		run = runCommand
	}
	out, err := run(ctx, argv)
	if err != nil {
		return secret.Key{}, from, fmt.Errorf("key_command %s: %w", argv[0], err)
	}
	// Password stores print the password first and notes below it.
	line, _, _ := strings.Cut(strings.TrimSpace(string(out)), "\n")
	if line == "" {
		return secret.Key{}, from, fmt.Errorf("key_command %s: %w: it printed nothing", argv[0], ErrNoKey)
	}
	key, err := clean(line)
	return key, from, err
}

func (k *Keys) fromKeychain(account string) (secret.Key, string, error) {
	from := "keychain " + account
	get := k.Keychain
	if get == nil {
		get = func(account string) (string, error) { return keyring.Get(KeychainService, account) }
	}
	v, err := get(account)
	switch {
	case errors.Is(err, keyring.ErrNotFound):
		return secret.Key{}, from, fmt.Errorf("%w: the keychain has no account %q of service %q", ErrNoKey, account, KeychainService)
	case err != nil:
		return secret.Key{}, from, fmt.Errorf("system keychain: %w", err)
	}
	key, err := clean(v)
	return key, from, err
}

// clean refuses what could not stand in a header. Its error does not show the value.
func clean(v string) (secret.Key, error) {
	v = strings.TrimSpace(v)
	if strings.ContainsFunc(v, func(r rune) bool { return unicode.IsControl(r) || r > unicode.MaxASCII }) {
		return secret.Key{}, errors.New("the key has characters no key has; copy it again")
	}
	return secret.New(v), nil
}

// runCommand runs without a terminal to read from. A password manager that must ask
// does so in a window of its own.
func runCommand(ctx context.Context, argv []string) ([]byte, error) {
	ctx, cancel := context.WithTimeout(ctx, CommandTimeout)
	defer cancel()
	cmd := exec.CommandContext(ctx, argv[0], argv[1:]...)
	cmd.WaitDelay = time.Second // children that keep the pipe open
	var out, talk bounded
	cmd.Stdout, cmd.Stderr = &out, &talk
	err := cmd.Run()
	switch {
	case errors.Is(ctx.Err(), context.DeadlineExceeded):
		return nil, fmt.Errorf("took longer than %s", CommandTimeout)
	case err != nil:
		if line, _, _ := bytes.Cut(bytes.TrimSpace(talk.b), []byte("\n")); len(line) > 0 {
			return nil, fmt.Errorf("%w: %s", err, oneLine(string(line)))
		}
		return nil, err
	}
	return out.b, nil
}

// bounded keeps the first 64 KiB written to it.
type bounded struct{ b []byte }

func (w *bounded) Write(p []byte) (int, error) {
	w.b = append(w.b, p[:min(len(p), 64<<10-len(w.b))]...)
	return len(p), nil
}

var _ io.Writer = (*bounded)(nil)
