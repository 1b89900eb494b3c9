;; A whole plugin by hand: the canonical ABI and nothing else, no SDK, no bindings, no description of the interface.
;; It counts nothing and remembers nothing; each answer is a piece of memory that was there from the start.
(module
  (memory (export "memory") 1)
  (global $free (mut i32) (i32.const 4096))

  ;; Where the host puts arguments. Nothing is given back: an instance does not live for ever.
  (func (export "cabi_realloc") (param $old i32) (param $old_size i32) (param $align i32) (param $size i32) (result i32)
    (local $place i32)
    (local.set $place (i32.and (i32.add (global.get $free) (i32.const 7)) (i32.const -8)))
    (global.set $free (i32.and (i32.add (local.get $place) (local.get $size)) (i32.const 0xffff)))
    (local.get $place))

  ;; record description: texts, a list of languages, the state version and a flag
  (func (export "hezi:activity/activity@0.1.0#describe") (result i32) (i32.const 64))
  ;; result<string, error>: the title
  (func (export "hezi:activity/activity@0.1.0#open") (param i32 i32) (result i32) (i32.const 160))
  ;; result<string, error>: a reply to a participant; an organizer is refused
  (func (export "hezi:activity/activity@0.1.0#act") (param i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32)
    (result i32)
    (if (result i32) (i32.eqz (local.get 4)) (then (i32.const 176)) (else (i32.const 192))))
  ;; result<list<block>, error>: one block, a heading
  (func (export "hezi:activity/activity@0.1.0#view") (param i32 i32 i32 i32 i32 i32 i32 i32 i32) (result i32) (i32.const 208))
  ;; result<_, error>: done
  (func (export "hezi:activity/activity@0.1.0#tick") (param i32 i32) (result i32) (i32.const 400))
  (func (export "hezi:activity/activity@0.1.0#close") (result i32) (i32.const 400))
  ;; result<report-page, error>: no rows
  (func (export "hezi:activity/activity@0.1.0#report") (param i32 i32 i32) (result i32) (i32.const 320))
  (func (export "hezi:activity/activity@0.1.0#migrate") (param i32) (result i32) (i32.const 400))

  ;; The texts.
  (data (i32.const 1024) "pebble")
  (data (i32.const 1040) "1.0.0")
  (data (i32.const 1056) "{\22type\22:\22object\22}")
  (data (i32.const 1080) "true")
  (data (i32.const 1088) "{\22plop\22:1}")
  (data (i32.const 1104) "not you")
  (data (i32.const 1120) "{}")
  (data (i32.const 1136) "en")

  ;; The description: name, version, one language, four schemas, the version of the state, no anonymous ones.
  (data (i32.const 64) "\00\04\00\00\06\00\00\00" "\10\04\00\00\05\00\00\00" "\b0\01\00\00\01\00\00\00" "\20\04\00\00\11\00\00\00")
  (data (i32.const 96) "\20\04\00\00\11\00\00\00" "\38\04\00\00\04\00\00\00" "\38\04\00\00\04\00\00\00" "\01\00\00\00\00\00\00\00")
  ;; The language: its tag, title, summary, no labels.
  (data (i32.const 432) "\70\04\00\00\02\00\00\00" "\00\04\00\00\06\00\00\00" "\00\04\00\00\06\00\00\00" "\00\00\00\00\00\00\00\00")
  ;; ok(title), ok(reply), err(denied(text))
  (data (i32.const 160) "\00\00\00\00\00\04\00\00\06\00\00\00")
  (data (i32.const 176) "\00\00\00\00\40\04\00\00\0a\00\00\00")
  (data (i32.const 192) "\01\00\00\00\01\00\00\00\50\04\00\00\07\00\00\00")
  ;; ok(list of one block), and the block: heading(text)
  (data (i32.const 208) "\00\00\00\00\f0\00\00\00\01\00\00\00")
  (data (i32.const 240) "\00\00\00\00\00\00\00\00\00\04\00\00\06\00\00\00")
  ;; ok(page): summary {}, no columns, no rows, no next
  (data (i32.const 320) "\00\00\00\00\60\04\00\00\02\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00")
  ;; ok
  (data (i32.const 400) "\00"))
