using System.Buffers;

namespace AICodeManager.Signatures.StructuredFields;

/// <summary>The alphabets of RFC 9651 section 3: what may stand where.</summary>
internal static class SfChars
{
    private const string Digits = "0123456789";
    private const string Small = "abcdefghijklmnopqrstuvwxyz";
    private const string Large = "ABCDEFGHIJKLMNOPQRSTUVWXYZ";
    private const string Marks = "!#$%&'()*+,-./:;<=>?@[]^_`{|}~";

    /// <summary>What may follow the first character of a key.</summary>
    public static readonly SearchValues<char> Key = SearchValues.Create(Small + Digits + "_-.*");

    /// <summary>What may follow the first character of a token: tchar, the colon and the slash.</summary>
    public static readonly SearchValues<char> Token = SearchValues.Create(Small + Large + Digits + "!#$%&'*+-.^_`|~:/");

    /// <summary>The alphabet of base64 (RFC 4648 section 4) without its padding.</summary>
    public static readonly SearchValues<char> Base64 = SearchValues.Create(Large + Small + Digits + "+/");

    /// <summary>What stands for itself in a string: printable ASCII but the quote and the backslash.</summary>
    public static readonly SearchValues<char> Plain = SearchValues.Create(Small + Large + Digits + Marks + " ");

    /// <summary>What stands for itself in a display string: printable ASCII but the quote and the percent sign.</summary>
    public static readonly SearchValues<char> Shown = SearchValues.Create(Small + Large + Digits + Marks.Replace('%', '\\') + " ");

    public static bool StartsKey(char c) => char.IsAsciiLetterLower(c) || c == '*';

    public static bool StartsToken(char c) => char.IsAsciiLetter(c) || c == '*';

    public static bool IsKey(ReadOnlySpan<char> text) =>
        text.Length > 0 && StartsKey(text[0]) && !text.ContainsAnyExcept(Key);

    public static bool IsToken(ReadOnlySpan<char> text) =>
        text.Length > 0 && StartsToken(text[0]) && !text.ContainsAnyExcept(Token);
}
