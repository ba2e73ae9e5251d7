using System.Buffers.Binary;
using System.Text;

namespace AICodeManager.Server.Keeping.Vault;

/// <summary>
/// What a sealed text is bound to (the associated data of AES-GCM): the form, the key's number, and the place. Each part
/// has its length before it: no two places share one text ("a.b" + "c" is not "a" + "b.c").
/// </summary>
internal ref struct Binding
{
    /// <summary>Long enough for every place of ours; longer ones are put on the heap.</summary>
    public const int Usual = 384;

    // A lone surrogate would be replaced silently, and two places would look alike.
    private static readonly UTF8Encoding Utf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    private readonly Span<byte> buffer;
    private int length;

    private Binding(Span<byte> usual, SealedPlace place)
    {
        var most = 128 + Utf8.GetMaxByteCount(place.Table.Length + place.Column.Length + place.Row.Length);
        buffer = most <= usual.Length ? usual : new byte[most];
    }

    public static ReadOnlySpan<byte> Of(long number, SealedPlace place, Span<byte> usual)
    {
        var binding = new Binding(usual, place);
        if (number == SealedText.FirstForm)
        {
            binding.Add("v1");
        }
        else
        {
            binding.Add("v2");
            binding.Add(number);
        }

        binding.Add(place.Table);
        binding.Add(place.Column);
        binding.Add(place.Row);
        if (number != SealedText.FirstForm)
        {
            binding.Add(place.Version);
        }

        return binding.buffer[..binding.length];
    }

    private void Add(string part)
    {
        var written = Utf8.GetBytes(part, buffer[(length + sizeof(int))..]);
        BinaryPrimitives.WriteInt32BigEndian(buffer[length..], written);
        length += sizeof(int) + written;
    }

    private void Add(long part)
    {
        BinaryPrimitives.WriteInt32BigEndian(buffer[length..], sizeof(long));
        BinaryPrimitives.WriteInt64BigEndian(buffer[(length + sizeof(int))..], part);
        length += sizeof(int) + sizeof(long);
    }
}
