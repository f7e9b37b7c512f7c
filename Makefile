# SPDX-License-Identifier: EUPL-1.2
#
# Builds keurmerk with GNU make on Debian 12. People only add files: every
# source is found by its room (the directory it is in), and a room that is
# empty, or a program without its main file, is left out.

B	?= build
PREFIX	?= /usr/local
VERSION	= 0.1.0
ABI	= 0

CC	= gcc
CLANG	?= clang
CFLAGS	?= -O2 -g
WERROR	?= -Werror
# How much of the verifier's core "make coverage" must find reached, in percent.
CORE_LEAST = 95
# Without what tests are made of: one has a file of the core in it once more.
GCOVR	= gcovr -r . --object-directory '$(B)/cov' \
	--exclude-directories '.*/obj/tests.*'
# Seconds that "make fuzz" gives to each target, and which ones (all).
FUZZ_SECONDS ?= 60
FUZZ	?= $(patsubst tests/fuzz/fuzz_%.c,%,$(wildcard tests/fuzz/fuzz_*.c))

PACKAGES = gcc clang make pkg-config libssl-dev libcbor-dev libsqlite3-dev \
	libevent-dev zlib1g-dev libjansson-dev libconfuse-dev \
	libcurl4-openssl-dev libseccomp-dev libsystemd-dev libcmocka-dev \
	libclang-rt-dev llvm gcovr python3 python3-yaml python3-cbor2 \
	python3-cryptography python3-jsonschema curl faketime strace \
	clang-format lld binaryen esbuild nodejs npm chromium openssl \
	librsvg2-bin libfreetype-dev libqrencode-dev fonts-liberation \
	fonts-dejavu-core zbar-tools poppler-utils \
	mandoc mypy nginx-light wrk

WARN	= -std=c11 -Wall -Wextra -Wshadow -Wconversion -Wstrict-prototypes \
	-Wmissing-prototypes -Wcast-qual -Wvla $(WERROR)
HARDEN	= -D_FORTIFY_SOURCE=2 -fstack-protector-strong \
	-fstack-clash-protection
LINK	= -pie -Wl,-z,relro,-z,now,-z,noexecstack,--as-needed
SAN	= -O1 -g -fsanitize=address,undefined -fno-sanitize-recover=all \
	-fno-omit-frame-pointer
TSAN	= -O1 -g -fsanitize=thread
FUZZSAN	= $(SAN) -fsanitize=fuzzer-no-link

# As many jobs as there are cores, unless -j says otherwise.
MAKEFLAGS += -j$(shell nproc)

# pkg-config is asked when a recipe first needs it, and once (the answer takes
# the variable's place): before "deps" has run it may not be there.
ask	= $(eval $(1) := $(shell pkg-config $(2)) $(3))$($(1))
PKGS_CLI = libcrypto jansson
PKGS_CA	= libssl libcrypto libcbor sqlite3 libevent_core libevent_extra \
	libevent_openssl zlib jansson libconfuse libcurl libseccomp \
	libsystemd freetype2 libqrencode
PKG_CFLAGS = $(call ask,PKG_CFLAGS,--cflags $(PKGS_CA) cmocka)
LIBS_CORE = $(call ask,LIBS_CORE,--libs libcrypto)
LIBS_CLI = $(call ask,LIBS_CLI,--libs $(PKGS_CLI))
LIBS_SYNC = $(call ask,LIBS_SYNC,--libs libcurl)
LIBS_CA	= $(call ask,LIBS_CA,--libs $(PKGS_CA),-lm)
LIBS_TEST = $(call ask,LIBS_TEST,--libs cmocka $(PKGS_CA),-lm)

# The verifier's core is plain C11 and goes into a shared library; all else
# is for Linux. Empty as "#define _GNU_SOURCE" is, so that both may stand.
in_core	= $(and $(filter verifier/%,$(1)),$(if $(filter verifier/cli/%,$(1)),,1))
# The library is for small boxes as well (tests/check/size.sh): but for where
# the time goes its core is compiled for size, with a canary in each function
# that has an array of bytes, not a local whose address is taken; what only
# others use is left out when it is linked.
FAST	= verifier/inflate.c verifier/crypto_field.c
speed	= $(if $(call in_core,$(1)),$(HARDEN:%-strong=% --param=ssp-buffer-size=1) \
	$(if $(filter $(FAST),$(1)),,$(if $(filter -O2,$(CFLAGS)),-Oz)),$(HARDEN))
CPPFLAGS_ALL = -I. -Iinclude $(CPPFLAGS)
flags	= $(WARN) $(CPPFLAGS_ALL) $(if $(call in_core,$(1)),-fPIC \
	-fvisibility=hidden -ffunction-sections,-fPIE -D_GNU_SOURCE= $(PKG_CFLAGS))

# Rooms: the archive of each holds all of it but the file with main().
ROOMS	= cli ca signer office public ctl record base
DIR_cli	= verifier/cli
DIR_ca	= ca
$(foreach r,signer office public ctl record base,$(eval DIR_$(r) = ca/$(r)))
MAIN_keurmerk := $(firstword $(wildcard verifier/cli/keurmerk.c \
	verifier/cli/main.c))
# Only this one opens a socket, and links what does (design section 4).
MAIN_keurmerk-sync := $(wildcard verifier/cli/keurmerk-sync.c)
MAIN_keurmerkctl := $(firstword $(wildcard ca/ctl/keurmerkctl.c \
	ca/ctl/main.c))
MAIN_keurmerkd := $(wildcard ca/keurmerkd.c)
PROGRAMS := $(foreach p,keurmerkd keurmerkctl keurmerk keurmerk-sync, \
	$(if $(MAIN_$(p)),$(p)))
MAINS	:= $(foreach p,$(PROGRAMS),$(MAIN_$(p)))

SRC_core := $(wildcard verifier/*.c)
$(foreach r,$(ROOMS),$(eval SRC_$(r) := \
	$$(filter-out $$(MAINS),$$(wildcard $(DIR_$(r))/*.c))))
SRC_testlib := $(wildcard tests/lib/*.c)
UNITS	:= $(patsubst tests/unit/%.c,%,$(wildcard tests/unit/test_*.c))
FUZZERS	:= $(patsubst tests/fuzz/%.c,%,$(wildcard tests/fuzz/fuzz_*.c))
BENCHES	:= $(patsubst tests/bench/%.c,%,$(wildcard tests/bench/bench_*.c))
# Programs that benches start, to measure them or against them.
RIVALS	:= $(patsubst tests/bench/%.c,%,$(filter-out tests/bench/bench_%, \
	$(wildcard tests/bench/*.c)))
# Programs that system tests use; those called test_* are tests themselves.
HELPERS	:= $(patsubst tests/system/%.c,%,$(wildcard tests/system/*.c))
# Libraries that they preload under a role, to make its calls fail.
SHIMS	:= $(patsubst tests/shim/%.c,%,$(wildcard tests/shim/*.c))
SOURCES	:= $(SRC_core) $(foreach r,$(ROOMS),$(SRC_$(r))) $(MAINS) \
	$(SRC_testlib) $(wildcard $(foreach d,unit fuzz bench system shim, \
	tests/$(d)/*.c))

# Files that programs carry along as C tables (tests/tools/embed.awk).
SQL	:= $(sort $(wildcard schemas/store/*.sql))
GEN_office := $(if $(SQL),gen/store_sql)
GEN_cli	:= gen/glossary
GEN_public := gen/public_pages gen/public_words gen/public_schemas
PAGES	:= $(sort $(wildcard ca/public/pages/*.html))
WORDS	:= ca/public/words.json schemas/glossary.json

# The verifier for browsers and Node: the core, and what stands there in place
# of OpenSSL and the C library.
SRC_whole := $(filter-out verifier/host.c verifier/crypto_%,$(SRC_core)) \
	$(filter-out verifier/web/lean.c,$(wildcard verifier/web/*.c))
# What a page needs for a mark of its own site: without these, and with what
# says so when one of them is needed. Of all else only what is used goes in.
LEFT_OUT = $(addprefix verifier/,container_% picture% judge_picture.c \
	policy_read.c policy_demand.c lookup.c check.c listed.c kind.c \
	status_read.c web/wasm_more.c)
SRC_lean := $(filter-out $(LEFT_OUT),$(SRC_whole)) \
	$(wildcard verifier/web/lean.c)
WEB	:= $(B)/web/keurmerk
NPM	:= $(B)/npm/node_modules/.package-lock.json

# What public serves below /static: files of its own, and of that package.
STATIC	:= $(sort $(wildcard ca/public/static/*))
GEN_public += gen/public_static
WASM	= --target=wasm32 $(WARN) -isystem verifier/web/libc $(CPPFLAGS_ALL) \
	-ffreestanding -fno-builtin -fvisibility=hidden -Oz -flto
WASM_LINK = --no-entry --gc-sections --strip-all --stack-first \
	-z stack-size=262144 -O2

LIBRARY	:= $(B)/libkeurmerk.a $(if $(SRC_core),$(B)/libkeurmerk.so)
GUARDS	:= $(sort $(wildcard tests/check/*.sh tests/check/*.py))
SYSTEM	:= $(patsubst %,$(B)/system/%,$(filter test_%,$(HELPERS))) \
	$(sort $(wildcard tests/system/*.sh tests/system/*.py))
BROWSER	:= $(sort $(wildcard tests/browser/[0-9]*.mjs))
SOAK	:= $(sort $(wildcard tests/soak/*.sh tests/soak/*.py))
BENCH	:= $(BENCHES:%=$(B)/bench/%) $(sort $(wildcard tests/bench/*.sh))
CHECKS	:= $(GUARDS) $(UNITS:%=$(B)/unit/%) $(FUZZERS:%=$(B)/replay/%)
TOOLS	:= $(HELPERS:%=$(B)/system/%) $(SHIMS:%=$(B)/shim/%.so)
ASAN	:= $(UNITS:%=$(B)/asan/unit/%) $(FUZZERS:%=$(B)/asan/replay/%)
# What several threads share is known; whoever else writes it is seen here.
THREADS	:= $(B)/tsan/unit/test_verifier_threads

export ASAN_OPTIONS = abort_on_error=0:detect_stack_use_after_return=1
export UBSAN_OPTIONS = print_stacktrace=1
RUN	= MAKEFLAGS= B='$(abspath $(B))' CC='$(CC)' CLANG='$(CLANG)' WARN='$(WARN)' \
	CPPFLAGS='$(CPPFLAGS_ALL)' JOBS=$$(($$(nproc) + 1)) sh tests/run

.PHONY: help all deps .deps demo check test soak bench fuzz coverage install \
	clean clang asan screenshots FORCE
.SECONDARY:
.DELETE_ON_ERROR:
.DEFAULT_GOAL := all

help:		## this list
	@awk -F ':.*##[ \t]*' '/^[a-z]+:.*##/ { printf "%-10s %s\n", $$1, $$2 }' \
	    Makefile

deps:		## install the Debian packages that are missing
	@sh tests/tools/deps.sh $(PACKAGES)

.deps:
	@sh tests/tools/deps.sh -q $(PACKAGES)

all: $(PROGRAMS:%=$(B)/%) $(LIBRARY) $(WEB)/package.json | .deps	## build all programs and the library

demo: all	## run an authority in build/demo and follow one mark
	@B='$(abspath $(B))' sh tests/demo.sh

check: all clang $(filter $(B)/%,$(CHECKS))	## guards, unit tests, fuzzing corpora
	@$(RUN) $(CHECKS)

test: all clang asan $(filter $(B)/%,$(CHECKS)) $(ASAN) $(THREADS) $(TOOLS) $(NPM)	## check, again with sanitizers, and system tests
	@$(RUN) $(CHECKS) $(ASAN) $(THREADS) $(BROWSER) $(SYSTEM)

soak: all asan $(TOOLS) $(B)/tsan/system/serve_tree	## the tests that take long
	@TEST_SECONDS=14400 $(RUN) $(SOAK)

bench: all $(filter $(B)/%,$(BENCH)) $(RIVALS:%=$(B)/bench/%) $(TOOLS)	## measure; lines "bench NAME VALUE UNIT"
	@sh tests/tools/bench.sh $(BENCH)

fuzz: $(FUZZ:%=$(B)/fuzz/bin/fuzz_%)	## libFuzzer, FUZZ_SECONDS (60) for each target
	@B='$(B)' sh tests/tools/fuzz.sh $(FUZZ_SECONDS) $(FUZZ)

screenshots: $(B)/system/serve_tree $(WEB)/package.json $(NPM)	## every page in every state, as pictures in build/screenshots
	@rm -rf '$(B)/screenshots'
	@B='$(abspath $(B))' node tests/browser/screenshots.mjs

coverage: $(UNITS:%=$(B)/cov/unit/%) $(FUZZERS:%=$(B)/cov/replay/%)	## what unit tests and corpora reach
	@find '$(B)/cov' -name '*.gcda' -delete
	@$(RUN) $^
	$(GCOVR) '$(B)/cov/obj' -f 'verifier/' -f 'ca/' \
	    --html-details '$(B)/cov/index.html' --txt
	@echo "coverage: by line in $(B)/cov/index.html"
	@$(GCOVR) -f 'verifier/[^/]*$$' --fail-under-line $(CORE_LEAST) \
	    --print-summary --txt '$(B)/cov/core.txt' \
	    '$(B)/cov/obj/verifier' >'$(B)/cov/core' || { bad=1; \
	    echo "coverage: expected $(CORE_LEAST)% of the core's lines"; }; \
	    sed -n 's/^lines: /coverage: of the core, verifier\/*.c: /p' \
	    '$(B)/cov/core'; exit $${bad:-0}

install: all	## into $(DESTDIR)$(PREFIX), by default /usr/local
	sh tests/tools/install.sh '$(B)' '$(DESTDIR)' '$(PREFIX)' $(VERSION) $(ABI)

clean:		## remove what was built
	rm -rf '$(B)'

# say,WHAT,FILE: one line for each step, or all of it with V=1.
say	= $(if $(V),,@echo "$(1)	$(2)";)

$(B)/gen/store_sql.c: $(SQL) $(wildcard schemas/store) tests/tools/embed.awk
	@mkdir -p $(@D)
	$(call say,GEN,$@)awk -f tests/tools/embed.awk -v struct=store_step \
	    -v array=store_steps -v header=ca/office/store_sql.h $(SQL) >$@

$(B)/gen/glossary.c: schemas/glossary.json tests/tools/embed.awk
	@mkdir -p $(@D)
	$(call say,GEN,$@)awk -f tests/tools/embed.awk -v struct=cli_text \
	    -v array=cli_texts -v header=verifier/cli/glossary.h $< >$@

$(B)/gen/public_pages.c: $(PAGES) $(wildcard ca/public/pages) \
	tests/tools/embed.awk
	@mkdir -p $(@D)
	$(call say,GEN,$@)awk -f tests/tools/embed.awk -v struct=public_text \
	    -v array=public_pages -v header=ca/public/texts.h $(PAGES) >$@

$(B)/gen/public_words.c: $(WORDS) tests/tools/embed.awk
	@mkdir -p $(@D)
	$(call say,GEN,$@)awk -f tests/tools/embed.awk -v struct=public_text \
	    -v array=public_words -v header=ca/public/texts.h $(WORDS) >$@

$(B)/gen/openapi.json: schemas/openapi.yaml tests/tools/yaml_json.py | .deps
	@mkdir -p $(@D)
	$(call say,GEN,$@)/usr/bin/python3 tests/tools/yaml_json.py $< >$@

$(B)/gen/public_schemas.c: $(B)/gen/openapi.json tests/tools/embed.awk
	@mkdir -p $(@D)
	$(call say,GEN,$@)awk -f tests/tools/embed.awk -v struct=public_text \
	    -v array=public_schemas -v header=ca/public/texts.h $< >$@

$(B)/gen/public_static.c: $(STATIC) $(wildcard ca/public/static) \
	schemas/glossary.json $(WEB)/package.json tests/tools/embed_files.sh
	@mkdir -p $(@D)
	$(call say,GEN,$@)sh tests/tools/embed_files.sh ca/public/static_file.h \
	    static_data static_files $(STATIC) schemas/glossary.json \
	    $(WEB)/*.js $(WEB)/*.wasm >$@

# What all is compiled with: another file when that is another, and then all is
# built anew. A make within a test has CPPFLAGS twice, which changes nothing.
FLAGS	= $(CC) $(CFLAGS) $(sort $(CPPFLAGS_ALL)) $(WARN) $(HARDEN) $(FAST) \
	$(LINK) $(LDFLAGS) $(CLANG) $(SAN) $(TSAN) $(WASM_LINK) \
	$(filter-out $(CPPFLAGS_ALL),$(WASM))
$(B)/flags: export TEXT = $(FLAGS)
$(B)/flags: FORCE
	@mkdir -p $(@D)
	@printf '%s\n' "$$TEXT" | cmp -s - $@ || printf '%s\n' "$$TEXT" >$@
FORCE:

# everything,DIR: what a test may need; of an archive only what it does need.
everything = $(1)/lib/testlib.a $(ROOMS:%=$(1)/lib/%.a) $(1)/libkeurmerk.a

# flavour,DIR,COMPILER,COMPILE FLAGS,LINK FLAGS: all that can be built, in DIR.
define flavour
$(1)/obj/%.o: %.c $(B)/flags | .deps
	@mkdir -p $$(@D)
	$$(call say,CC,$$@)$(2) $$(call flags,$$<) $(3) -MMD -MP -c -o $$@ $$<

$(1)/obj/gen/%.o: $(B)/gen/%.c $(B)/flags | .deps
	@mkdir -p $$(@D)
	$$(call say,CC,$$@)$(2) $$(call flags,$$<) $(3) -MMD -MP -c -o $$@ $$<

# The directory is named so that an archive forgets a source that has left.
$(1)/libkeurmerk.a: $(SRC_core:%.c=$(1)/obj/%.o) $(wildcard verifier)
$(1)/lib/testlib.a: $(SRC_testlib:%.c=$(1)/obj/%.o) $(wildcard tests/lib)
$(foreach r,$(ROOMS),
$(1)/lib/$(r).a: $(SRC_$(r):%.c=$(1)/obj/%.o) $(GEN_$(r):%=$(1)/obj/%.o) \
	$(wildcard $(DIR_$(r))))
$(1)/libkeurmerk.a $(1)/lib/testlib.a $(ROOMS:%=$(1)/lib/%.a): | .deps
	@mkdir -p $$(@D)
	$$(call say,AR,$$@)rm -f $$@ && ar rcs $$@ $$(filter %.o,$$^)

$(1)/keurmerk: $(MAIN_keurmerk:%.c=$(1)/obj/%.o) $(1)/lib/cli.a \
	$(1)/libkeurmerk.a
	$$(call say,LD,$$@)$(2) $(4) -o $$@ $$^ $$(LIBS_CLI)

$(1)/keurmerk-sync: $(MAIN_keurmerk-sync:%.c=$(1)/obj/%.o) \
	$(1)/libkeurmerk.a
	$$(call say,LD,$$@)$(2) $(4) -o $$@ $$^ $$(LIBS_SYNC)

$(1)/keurmerkctl: $(MAIN_keurmerkctl:%.c=$(1)/obj/%.o) $(1)/lib/ctl.a \
	$(1)/lib/record.a $(1)/lib/base.a $(1)/libkeurmerk.a
	$$(call say,LD,$$@)$(2) $(4) -o $$@ $$^ $$(LIBS_CA)

$(1)/keurmerkd: $(MAIN_keurmerkd:%.c=$(1)/obj/%.o) $(1)/lib/ca.a \
	$(1)/lib/signer.a $(1)/lib/office.a $(1)/lib/public.a \
	$(1)/lib/record.a $(1)/lib/base.a $(1)/libkeurmerk.a
	$$(call say,LD,$$@)$(2) $(4) -o $$@ $$^ $$(LIBS_CA)

# A stranger must be able to test what a stranger must trust by itself.
$(1)/unit/test_verifier_%: $(1)/obj/tests/unit/test_verifier_%.o \
	$(1)/lib/testlib.a $(1)/libkeurmerk.a
	@mkdir -p $$(@D)
	$$(call say,LD,$$@)$(2) $(4) -o $$@ $$^ $$(LIBS_TEST)
$(foreach d,unit bench system,
$(1)/$(d)/%: $(1)/obj/tests/$(d)/%.o $(call everything,$(1))
	@mkdir -p $$(@D)
	$$(call say,LD,$$@)$(2) $(4) -o $$@ $$^ $$(LIBS_TEST)
)
$(1)/replay/%: $(1)/obj/tests/fuzz/%.o $(1)/obj/tests/fuzz/replay.o \
	$(call everything,$(1))
	@mkdir -p $$(@D)
	$$(call say,LD,$$@)$(2) $(4) -o $$@ $$^ $$(LIBS_TEST)

$(1)/bin/%: $(1)/obj/tests/fuzz/%.o $(call everything,$(1))
	@mkdir -p $$(@D)
	$$(call say,LD,$$@)$(2) $(4) -fsanitize=fuzzer -o $$@ $$^ $$(LIBS_TEST)
endef
$(eval $(call flavour,$(B),$$(CC),$$(CFLAGS) $$(call speed,$$<),$$(LINK) \
	$$(LDFLAGS)))
$(eval $(call flavour,$(B)/asan,$$(CC),$$(SAN),$$(SAN) $$(LDFLAGS)))
$(eval $(call flavour,$(B)/tsan,$$(CC),$$(TSAN),$$(TSAN) $$(LDFLAGS)))
$(eval $(call flavour,$(B)/cov,$$(CC),-O0 -g --coverage -fprofile-update=atomic,--coverage $$(LDFLAGS)))
$(eval $(call flavour,$(B)/fuzz,$$(CLANG),$$(FUZZSAN),$$(SAN) $$(LDFLAGS)))

asan: $(PROGRAMS:%=$(B)/asan/%)

# What is left undefined, tests/check/freestanding.sh finds with its place.
$(B)/libkeurmerk.so: $(SRC_core:%.c=$(B)/obj/%.o) verifier/keurmerk.sym
	$(call say,LD,$@)$(CC) -shared -Wl,-soname,libkeurmerk.so.$(ABI) \
	    -Wl,--version-script=verifier/keurmerk.sym -Wl,--gc-sections \
	    $(LINK:-pie=) \
	    $(LDFLAGS) -o $@ $(filter %.o,$^) $(LIBS_CORE)
	@ln -sf libkeurmerk.so $(@D)/libkeurmerk.so.$(ABI)

# wasm-ld and not clang links: clang 14 would start wasm-opt with options that
# this wasm-opt does not know.
$(B)/web/obj/%.o: %.c $(B)/flags | .deps
	@mkdir -p $(@D)
	$(call say,WASM,$@)$(CLANG) $(WASM) -MMD -MP -c -o $@ $<

$(B)/web/lean/%.o: %.c $(B)/flags | .deps
	@mkdir -p $(@D)
	$(call say,WASM,$@)$(CLANG) $(WASM) -DKM_LEAN -MMD -MP -c -o $@ $<

$(B)/web/keurmerk.wasm: $(SRC_whole:%.c=$(B)/web/obj/%.o)
$(B)/web/lean.wasm: $(SRC_lean:%.c=$(B)/web/lean/%.o)
$(B)/web/keurmerk.wasm $(B)/web/lean.wasm:
	$(call say,LD,$@)wasm-ld $(WASM_LINK) -o $@.big $^ && \
	    wasm-opt -Oz --converge --low-memory-unused -o $@ $@.big

$(WEB)/package.json: $(B)/web/keurmerk.wasm $(B)/web/lean.wasm \
	$(wildcard verifier/web/*) schemas/glossary.json
	$(call say,NPM,$(@D))node verifier/web/package.mjs $(@D) $(VERSION) \
	    $(filter %.wasm,$^)

$(NPM): tests/browser/package.json tests/browser/package-lock.json | .deps
	@mkdir -p $(B)/npm
	@cp tests/browser/package.json tests/browser/package-lock.json \
	    tests/browser/.npmrc $(B)/npm/
	$(call say,NPM,$(@D))cd $(B)/npm && npm ci --silent --ignore-scripts \
	    --no-audit --no-fund

$(B)/shim/%.so: tests/shim/%.c $(B)/flags | .deps
	@mkdir -p $(@D)
	$(call say,LD,$@)$(CC) $(call flags,$<) $(CFLAGS) -fPIC -shared \
	    -MMD -MP -o $@ $< -ldl

# The second compiler only reads; each file once until it changes.
clang: $(SOURCES:%.c=$(B)/clang/%.ok)

$(B)/clang/%.ok: %.c $(B)/flags | .deps
	@mkdir -p $(@D)
	$(call say,CLANG,$<)$(CLANG) -fsyntax-only $(call flags,$<) \
	    -MMD -MP -MT $@ -MF $(@:.ok=.d) $<
	@touch $@

-include $(shell find '$(B)' -name '*.d' 2>/dev/null)
