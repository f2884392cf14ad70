// Reads a log that was published as tlog-tiles, with golang.org/x/mod/sumdb alone, and makes the proofs anew from the
// tiles: a second opinion on what we export, prove and bundle.
//
// usage: tiles VKEY DIRECTORY            checks the checkpoint, every entry, and prints all proofs asked for in DIRECTORY/ask
//
//	tiles VKEY DIRECTORY BUNDLE     checks a tlog-proof against the entry that the directory has at its index
package main

import (
	"encoding/base64"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
)

func die(format string, args ...interface{}) {
	fmt.Printf("FAIL "+format+"\n", args...)
	os.Exit(1)
}

// tiles implements tlog.TileReader over a directory laid out as C2SP's tlog-tiles.
type tiles struct{ dir string }

func indexPath(n int64) string {
	s := fmt.Sprintf("%03d", n%1000)
	for n >= 1000 {
		n /= 1000
		s = fmt.Sprintf("x%03d/%s", n%1000, s)
	}
	return s
}

func path(level string, n int64, w int) string {
	p := "tile/" + level + "/" + indexPath(n)
	if w < 256 {
		p += fmt.Sprintf(".p/%d", w)
	}
	return p
}

func (t tiles) Height() int { return 8 }
func (t tiles) ReadTiles(list []tlog.Tile) ([][]byte, error) {
	var out [][]byte
	for _, tile := range list {
		data, err := os.ReadFile(filepath.Join(t.dir, path(strconv.Itoa(tile.L), tile.N, tile.W)))
		if err != nil {
			return nil, err
		}
		if len(data) != tile.W*tlog.HashSize {
			return nil, errors.New("a tile has the wrong size")
		}
		out = append(out, data)
	}
	return out, nil
}
func (t tiles) SaveTiles([]tlog.Tile, [][]byte) {}

func openCheckpoint(vkey, text string) tlog.Tree {
	v, err := note.NewVerifier(vkey)
	if err != nil {
		die("key: %v", err)
	}
	n, err := note.Open([]byte(text), note.VerifierList(v))
	if err != nil {
		die("note: %v", err)
	}
	lines := strings.Split(n.Text, "\n")
	size, err := strconv.ParseInt(lines[1], 10, 64)
	if err != nil || lines[0] != v.Name() {
		die("checkpoint")
	}
	root, err := tlog.ParseHash(lines[2])
	if err != nil {
		die("root: %v", err)
	}
	return tlog.Tree{N: size, Hash: root}
}

// entry reads one entry out of its bundle.
func entry(dir string, size, n int64) []byte {
	width := int64(256)
	if n/256 == size/256 {
		width = size % 256
	}
	data, err := os.ReadFile(filepath.Join(dir, path("entries", n/256, int(width))))
	if err != nil {
		die("bundle: %v", err)
	}
	for i := int64(0); i < n%256; i++ {
		data = data[2+(int(data[0])<<8|int(data[1])):]
	}
	return data[2 : 2+(int(data[0])<<8|int(data[1]))]
}

func list(hashes []tlog.Hash) string {
	var out []string
	for _, h := range hashes {
		out = append(out, h.String())
	}
	return strings.Join(out, ",")
}

func checkBundle(vkey, dir, file string) {
	data, err := os.ReadFile(file)
	if err != nil {
		die("%v", err)
	}
	split := strings.SplitN(string(data), "\n\n", 2)
	tree := openCheckpoint(vkey, split[1])
	var index int64 = -1
	var proof tlog.RecordProof
	for i, line := range strings.Split(split[0], "\n") {
		switch {
		case i == 0 && line == "c2sp.org/tlog-proof@v1":
		case strings.HasPrefix(line, "extra "):
			if _, err := base64.StdEncoding.DecodeString(line[6:]); err != nil {
				die("extra: %v", err)
			}
		case strings.HasPrefix(line, "index "):
			if index, err = strconv.ParseInt(line[6:], 10, 64); err != nil {
				die("index: %v", err)
			}
		default:
			h, err := tlog.ParseHash(line)
			if err != nil {
				die("hash: %v", err)
			}
			proof = append(proof, h)
		}
	}
	if index < 0 || index >= tree.N {
		die("index")
	}
	if err := tlog.CheckRecord(proof, tree.N, tree.Hash, index, tlog.RecordHash(entry(dir, tree.N, index))); err != nil {
		die("inclusion: %v", err)
	}
	fmt.Println("OK")
}

func main() {
	vkey, dir := os.Args[1], os.Args[2]
	if len(os.Args) > 3 {
		checkBundle(vkey, dir, os.Args[3])
		return
	}
	text, err := os.ReadFile(filepath.Join(dir, "checkpoint"))
	if err != nil {
		die("%v", err)
	}
	tree := openCheckpoint(vkey, string(text))
	reader := tlog.TileHashReader(tree, tiles{dir})
	for n := int64(0); n < tree.N; n++ {
		stored, err := reader.ReadHashes([]int64{tlog.StoredHashIndex(0, n)})
		if err != nil {
			die("leaf %d: %v", n, err)
		}
		if stored[0] != tlog.RecordHash(entry(dir, tree.N, n)) {
			die("entry %d is not the leaf of its tile", n)
		}
	}
	ask, err := os.ReadFile(filepath.Join(dir, "ask"))
	if err != nil {
		die("%v", err)
	}
	for _, line := range strings.Fields(string(ask)) {
		n, err := strconv.ParseInt(line[1:], 10, 64)
		if err != nil {
			die("ask")
		}
		if line[0] == 'i' {
			p, err := tlog.ProveRecord(tree.N, n, reader)
			if err != nil {
				die("inclusion %d: %v", n, err)
			}
			fmt.Printf("i%d %s\n", n, list(p))
		} else {
			p, err := tlog.ProveTree(tree.N, n, reader)
			if err != nil {
				die("consistency %d: %v", n, err)
			}
			fmt.Printf("c%d %s\n", n, list(p))
		}
	}
}
