# Its handler answers with what it was asked and how often it was; what it says on stderr is logged.
asked=0

greet() {
    asked=$((asked + 1))
    echo "greeting number $asked" >&2
    case $1 in
    *fail*) return 3 ;;
    esac
    printf '{"asked":%d,"event":%s}' "$asked" "$1"
}
