package catalog

import (
	"slices"
	"strings"
)

// nameIndex finds a model id by any spelling of its name.
type nameIndex struct {
	exact   map[string]string   // author/key:variant → id
	loose   map[string][]string // author/squashed:variant → ids
	bare    map[string][]string // squashed:variant → ids, whoever made them
	served  map[string]string   // provider and upstream name → id
	natives map[string][]string // upstream name, lower case → ids
}

func newNameIndex(models []*Model) *nameIndex {
	n := len(models)
	x := &nameIndex{
		exact: make(map[string]string, 2*n), loose: make(map[string][]string, 2*n), bare: make(map[string][]string, 2*n),
		served: make(map[string]string, 2*n), natives: make(map[string][]string, 2*n),
	}
	for _, m := range models {
		x.addName(m.ID, m.ID)
	}
	for _, m := range models {
		if m.Canonical != "" && !isVariant(m.ID) {
			x.addName(m.Canonical, m.ID)
		}
		for _, a := range m.Aliases {
			x.addName(a, m.ID)
		}
		for i := range m.Endpoints {
			x.addServed(m.Endpoints[i].Provider, m.Endpoints[i].Upstream, m.ID)
		}
	}
	return x
}

// addName makes a full name lead to id. The first owner of a literal spelling keeps it.
func (x *nameIndex) addName(name, id string) {
	if strings.HasPrefix(name, "~") {
		return
	}
	author, _ := splitID(name)
	ident := identify(name)
	if a, ok := authors[author]; ok {
		author = a
	}
	full := ident.full()
	if key := author + "/" + full; x.exact[key] == "" {
		x.exact[key] = id
	}
	sq := squash(full)
	addOnce(x.loose, author+"/"+sq, id)
	addOnce(x.bare, sq, id)
}

func (x *nameIndex) addServed(provider, upstream, id string) {
	x.served[provider+"\x00"+upstream] = id
	addOnce(x.natives, strings.ToLower(upstream), id)
}

func addOnce(m map[string][]string, key, id string) {
	if !slices.Contains(m[key], id) {
		m[key] = append(m[key], id)
	}
}

// full is the key with date and variant.
func (id identity) full() string { return id.with(id.key) }

func (id identity) with(key string) string {
	if id.date != "" {
		key += "-" + id.date
	}
	if id.variant != "" {
		key += ":" + id.variant
	}
	return key
}

// find is the id of the model that goes by that identity, "" when none does or
// when several do.
func (x *nameIndex) find(id identity) string {
	author, told := id.author, id.author != ""
	if !told {
		author = id.guess()
	}
	for _, key := range id.spellings() {
		key = id.with(key)
		if found := x.exact[author+"/"+key]; found != "" {
			return found
		}
		if ids := x.loose[author+"/"+squash(key)]; len(ids) == 1 {
			return ids[0]
		}
	}
	if told {
		return ""
	}
	for _, key := range id.spellings() {
		// Very short names ("auto", "o1") say too little to go by alone.
		if ids := x.bare[squash(id.with(key))]; len(ids) == 1 && len(key) > 4 {
			return ids[0]
		}
	}
	return ""
}
