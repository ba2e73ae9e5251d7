using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using System.Text;

namespace AICodeManager.Signatures.StructuredFields;

/// <summary>
/// A bare item (RFC 9651 section 3.3) with its value. It is only made of what can be written: every <c>Of…</c> throws
/// <see cref="ArgumentException"/> for anything else.
/// </summary>
[SuppressMessage("Naming", "CA1720", Justification = "RFC 9651 names its types so.")]
public readonly struct SfBare : IEquatable<SfBare>
{
    private const long MostInteger = 999_999_999_999_999;

    private readonly long number;
    private readonly object? content;

    private SfBare(SfKind kind, long number, object? content = null)
    {
        Kind = kind;
        this.number = number;
        this.content = content;
    }

    public SfKind Kind { get; }

    /// <summary>The value of an integer.</summary>
    /// <exception cref="InvalidOperationException">This is of another kind; so for every property below.</exception>
    public long Integer => Of(SfKind.Integer).number;

    /// <summary>The value of a decimal, of at most three places.</summary>
    public decimal Decimal => Of(SfKind.Decimal).number / 1000m;

    public bool Boolean => Of(SfKind.Boolean).number != 0;

    /// <summary>The seconds since 1970 of a date, some of which are outside the years that <see cref="DateTimeOffset"/> knows.</summary>
    public long Date => Of(SfKind.Date).number;

    /// <summary>The text of a string, a token or a display string.</summary>
    public string Text => content as string ?? throw new InvalidOperationException($"A bare item of the kind {Kind} has no text.");

    /// <summary>The value of bytes.</summary>
    public ReadOnlyMemory<byte> Bytes => (byte[])Of(SfKind.Bytes).content!;

    /// <summary>An integer of at most 15 digits.</summary>
    public static SfBare OfInteger(long value) => new(SfKind.Integer, Bounded(value));

    /// <summary>A decimal, rounded to three places, to the even one of two as near; at most 12 digits before the point (section 4.1.5).</summary>
    public static SfBare OfDecimal(decimal value)
    {
        var rounded = Math.Round(value, 3, MidpointRounding.ToEven);
        return rounded is > -1_000_000_000_000m and < 1_000_000_000_000m
            ? new SfBare(SfKind.Decimal, (long)(rounded * 1000m))
            : throw new ArgumentOutOfRangeException(nameof(value), "A decimal has at most 12 digits before its point.");
    }

    /// <summary>A string of printable ASCII.</summary>
    public static SfBare OfString(string value) => value.AsSpan().ContainsAnyExceptInRange(' ', '~')
        ? throw new ArgumentException("A string holds printable ASCII only; a display string holds any text.", nameof(value))
        : new SfBare(SfKind.String, 0, value);

    /// <summary>A token: a letter or an asterisk, then letters, digits and !#$%&amp;'*+-.^_`|~:/.</summary>
    public static SfBare OfToken(string value) => SfChars.IsToken(value)
        ? new SfBare(SfKind.Token, 0, value)
        : throw new ArgumentException("A token is a letter or an asterisk, then letters, digits and !#$%&'*+-.^_`|~:/ only.", nameof(value));

    /// <summary>Bytes, of which a copy is kept.</summary>
    public static SfBare OfBytes(ReadOnlySpan<byte> value) => new(SfKind.Bytes, 0, value.ToArray());

    public static SfBare OfBoolean(bool value) => new(SfKind.Boolean, value ? 1 : 0);

    /// <summary>A date as seconds since 1970, of at most 15 digits.</summary>
    public static SfBare OfDate(long seconds) => new(SfKind.Date, Bounded(seconds));

    /// <summary>A date; what is below a second is dropped.</summary>
    public static SfBare OfDate(DateTimeOffset value) => new(SfKind.Date, value.ToUnixTimeSeconds());

    /// <summary>A display string: any Unicode text, but no half of a surrogate pair.</summary>
    public static SfBare OfDisplayString(string value)
    {
        for (var rest = value.AsSpan(); rest.Length > 0;)
        {
            if (Rune.DecodeFromUtf16(rest, out _, out var length) != OperationStatus.Done)
                throw new ArgumentException("A display string holds whole characters of Unicode.", nameof(value));
            rest = rest[length..];
        }

        return new SfBare(SfKind.DisplayString, 0, value);
    }

    public bool Equals(SfBare other) =>
        Kind == other.Kind && number == other.number && (content, other.content) switch
        {
            (byte[] mine, byte[] theirs) => mine.AsSpan().SequenceEqual(theirs),
            var (mine, theirs) => Equals(mine, theirs),
        };

    public override bool Equals(object? obj) => obj is SfBare other && Equals(other);

    public override int GetHashCode() =>
        HashCode.Combine(Kind, number, content is byte[] bytes ? bytes.Length : content?.GetHashCode());

    public static bool operator ==(SfBare one, SfBare other) => one.Equals(other);

    public static bool operator !=(SfBare one, SfBare other) => !one.Equals(other);

    /// <summary>As it is written in a field.</summary>
    public override string ToString() => SfWriter.Write(this);

    /// <summary>What a reader found: checked already.</summary>
    internal static SfBare From(in SfSlice slice)
    {
        switch (slice.Kind)
        {
            case SfKind.String or SfKind.Token or SfKind.DisplayString:
                return new SfBare(slice.Kind, 0, slice.ToText());
            case SfKind.Bytes:
                var bytes = new byte[slice.ByteLength];
                slice.TryDecodeBytes(bytes, out _);
                return new SfBare(SfKind.Bytes, 0, bytes);
            default:
                return new SfBare(slice.Kind, slice.Integer);
        }
    }

    private static long Bounded(long value) => value is >= -MostInteger and <= MostInteger
        ? value
        : throw new ArgumentOutOfRangeException(nameof(value), "An integer has at most 15 digits.");

    private SfBare Of(SfKind kind) => Kind == kind
        ? this
        : throw new InvalidOperationException($"A bare item of the kind {Kind} was taken for one of the kind {kind}.");
}
