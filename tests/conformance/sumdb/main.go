// What golang.org/x/mod/sumdb makes of a log: reads entries (base64) and a signed note with its key as JSON from stdin, and
// writes the root of every size, every proof, every tile and the text of the note as JSON.
package main

import (
	"encoding/json"
	"fmt"
	"os"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
)

type asked struct {
	Entries [][]byte
	Note    []byte
	Key     string
}

type found struct {
	Roots     [][]byte
	Inclusion [][][][]byte          // [size][index]
	Grown     [][][][]byte          // [new][old]
	Tiles     []map[string][]byte   // [size]: level/index/width
	Text      string
}

// hashes are all that the log stored, as tlog numbers them.
type hashes []tlog.Hash

func (all hashes) ReadHashes(indexes []int64) ([]tlog.Hash, error) {
	some := make([]tlog.Hash, len(indexes))
	for at, index := range indexes {
		some[at] = all[index]
	}
	return some, nil
}

func must(err error) {
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func plain(some []tlog.Hash) [][]byte {
	all := [][]byte{}
	for _, one := range some {
		all = append(all, append([]byte{}, one[:]...))
	}
	return all
}

func main() {
	var in asked
	must(json.NewDecoder(os.Stdin).Decode(&in))
	var all hashes
	var out found
	for size := int64(0); size <= int64(len(in.Entries)); size++ {
		if size > 0 {
			more, err := tlog.StoredHashes(size-1, in.Entries[size-1], all)
			must(err)
			all = append(all, more...)
		}
		root, err := tlog.TreeHash(size, all)
		must(err)
		if size == 0 {
			root = tlog.Hash{}
		}
		out.Roots = append(out.Roots, append([]byte{}, root[:]...))
		var records, trees [][][]byte
		for index := int64(0); index < size; index++ {
			proof, err := tlog.ProveRecord(size, index, all)
			must(err)
			records = append(records, plain(proof))
			grown, err := tlog.ProveTree(size, index+1, all)
			must(err)
			trees = append(trees, plain(grown))
		}
		out.Inclusion = append(out.Inclusion, records)
		out.Grown = append(out.Grown, trees)
		tiles := map[string][]byte{}
		for _, tile := range tlog.NewTiles(8, 0, size) {
			data, err := tlog.ReadTileData(tile, all)
			must(err)
			tiles[fmt.Sprintf("%d/%d/%d", tile.L, tile.N, tile.W)] = data
		}
		out.Tiles = append(out.Tiles, tiles)
	}
	verifier, err := note.NewVerifier(in.Key)
	must(err)
	opened, err := note.Open(in.Note, note.VerifierList(verifier))
	must(err)
	out.Text = opened.Text
	must(json.NewEncoder(os.Stdout).Encode(out))
}
