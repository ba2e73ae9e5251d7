using System.Buffers;
using System.Collections.Frozen;

namespace AICodeManager.Server.FrontDoor.Attacks.Detection.Markup;

/// <summary>What an element can do to the page that shows it.</summary>
internal enum ElementKind
{
    /// <summary>Only its attributes can run something.</summary>
    Plain,

    /// <summary>Its content is a program.</summary>
    Script,

    /// <summary>Its content is a style sheet, which can load and, in old browsers, run.</summary>
    Style,

    /// <summary>Loads a foreign document, plug-in or program by an attribute.</summary>
    Loads,

    /// <summary>Redirects, sets cookies or changes the encoding.</summary>
    Meta,

    /// <summary>Loads a style sheet or an HTML import.</summary>
    Link,

    /// <summary>Sends what the reader types to somebody.</summary>
    Form,

    /// <summary>Changes an attribute of another element later on.</summary>
    Animation,
}

/// <summary>Words of HTML, SVG and JavaScript that the markup detector knows.</summary>
internal static class MarkupWords
{
    private static readonly FrozenDictionary<string, ElementKind> Kinds = new Dictionary<string, ElementKind>
    {
        ["script"] = ElementKind.Script,
        ["style"] = ElementKind.Style,
        ["iframe"] = ElementKind.Loads,
        ["frame"] = ElementKind.Loads,
        ["object"] = ElementKind.Loads,
        ["embed"] = ElementKind.Loads,
        ["applet"] = ElementKind.Loads,
        ["portal"] = ElementKind.Loads,
        ["layer"] = ElementKind.Loads,
        ["ilayer"] = ElementKind.Loads,
        ["bgsound"] = ElementKind.Loads,
        ["vmlframe"] = ElementKind.Loads,
        ["isindex"] = ElementKind.Loads,
        ["import"] = ElementKind.Loads,
        ["base"] = ElementKind.Loads,
        ["xml"] = ElementKind.Loads,
        ["event-source"] = ElementKind.Loads,
        ["foreignobject"] = ElementKind.Loads,
        ["meta"] = ElementKind.Meta,
        ["link"] = ElementKind.Link,
        ["form"] = ElementKind.Form,
        ["set"] = ElementKind.Animation,
        ["animate"] = ElementKind.Animation,
        ["animatemotion"] = ElementKind.Animation,
        ["animatetransform"] = ElementKind.Animation,
    }.ToFrozenDictionary(StringComparer.OrdinalIgnoreCase);

    private static readonly FrozenDictionary<string, ElementKind>.AlternateLookup<ReadOnlySpan<char>> KindOf =
        Kinds.GetAlternateLookup<ReadOnlySpan<char>>();

    /// <summary>Attributes by which an element names what it loads.</summary>
    private static readonly FrozenSet<string>.AlternateLookup<ReadOnlySpan<char>> Sources = FoldedText.Words(
        "src", "srcdoc", "href", "xlink:href", "data", "classid", "codebase", "code", "archive", "type", "implementation", "namespace", "id", "xmlns", "action",
        "formaction");

    /// <summary>English words that begin as an event handler does.</summary>
    private static readonly FrozenSet<string>.AlternateLookup<ReadOnlySpan<char>> NoHandlers = FoldedText.Words(
        "online", "ongoing", "onboard", "onboarding", "onboarded", "onset", "onshore", "onsite", "onstage", "onward", "onwards", "onerous", "onion", "onions",
        "ontology", "onscreen", "onnx", "onprem");

    /// <summary>Words that open a JavaScript statement, and so tell code after a script tag from prose about it.</summary>
    private static readonly FrozenSet<string>.AlternateLookup<ReadOnlySpan<char>> Statements = FoldedText.Words(
        "var", "let", "const", "function", "if", "for", "while", "do", "throw", "try", "new", "with", "switch", "return", "async", "await", "import", "void",
        "typeof", "delete", "class");

    /// <summary>Schemes whose address is a program.</summary>
    public static readonly SearchValues<string> ScriptSchemes = SearchValues.Create(
        ["javascript:", "vbscript:", "livescript:", "jscript:", "ecmascript:", "mocha:", "vbscript.encode:", "jscript.encode:", "asfunction:"],
        StringComparison.OrdinalIgnoreCase);

    /// <summary>Data addresses that a browser renders or runs.</summary>
    public static readonly SearchValues<string> DataSchemes = SearchValues.Create(
        ["data:text/html", "data:text/javascript", "data:text/xml", "data:application/xhtml", "data:application/javascript", "data:application/xml", "data:,", "data:;"],
        StringComparison.OrdinalIgnoreCase);

    /// <summary>Style declarations that load or run something (old browsers still count: mail readers embed them).</summary>
    public static readonly SearchValues<string> StylePrograms = SearchValues.Create(
        ["expression(", "-moz-binding", "behavior:", "url(javascript", "url(\"javascript", "url('javascript", "url(vbscript", "url(data:text", "@import"],
        StringComparison.OrdinalIgnoreCase);

    /// <summary>The words before the colon of the schemes above.</summary>
    private static readonly FrozenSet<string>.AlternateLookup<ReadOnlySpan<char>> SchemeNames = FoldedText.Words(
        "javascript", "vbscript", "livescript", "jscript", "ecmascript", "mocha", "encode", "asfunction");

    /// <summary>What injected script does first: show itself, read the page, or evaluate more.</summary>
    private static readonly FrozenSet<string>.AlternateLookup<ReadOnlySpan<char>> Calls = FoldedText.Words(
        "alert", "confirm", "prompt", "eval", "settimeout", "setinterval", "setimmediate", "function", "document", "window", "location", "fromcharcode", "atob",
        "btoa", "xmlhttprequest", "localstorage", "sessionstorage", "innerhtml", "outerhtml", "importscripts", "getscript", "navigator", "fetch");

    /// <summary>Of these, what is set rather than called.</summary>
    private static readonly FrozenSet<string>.AlternateLookup<ReadOnlySpan<char>> Targets = FoldedText.Words(
        "document", "window", "location", "innerhtml", "outerhtml", "localstorage", "sessionstorage");

    public static ElementKind Kind(ReadOnlySpan<char> element)
    {
        // svg:script, html:script, x:script: a prefix does not change what an element of a bound namespace does.
        var colon = element.LastIndexOf(':');
        return KindOf.TryGetValue(colon < 0 ? element : element[(colon + 1)..], out var kind) ? kind : ElementKind.Plain;
    }

    public static bool IsSource(ReadOnlySpan<char> attribute) => Sources.Contains(attribute);

    public static bool IsStatement(ReadOnlySpan<char> word) => Statements.Contains(word);

    public static bool IsScheme(ReadOnlySpan<char> name) => SchemeNames.Contains(name);

    public static bool IsCall(ReadOnlySpan<char> name) => Calls.Contains(name);

    public static bool IsTarget(ReadOnlySpan<char> name) => Targets.Contains(name);

    /// <summary>An event handler, listed anywhere or not: <c>on</c> and at least three letters.</summary>
    public static bool IsHandler(ReadOnlySpan<char> name)
    {
        if (name.Length < 5 || (name[0] | 0x20) != 'o' || (name[1] | 0x20) != 'n')
            return false;
        for (var i = 2; i < name.Length; i++)
            if (!char.IsAsciiLetter(name[i]) && name[i] != '_')
                return false;
        return !NoHandlers.Contains(name);
    }
}
