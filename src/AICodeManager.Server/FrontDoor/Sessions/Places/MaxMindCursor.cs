using System.Buffers.Binary;
using System.Text;

namespace AICodeManager.Server.FrontDoor.Sessions.Places;

/// <summary>The types of a field (MaxMind DB 2.0, "Output Data Section").</summary>
internal enum MaxMindType
{
    Extended = 0,
    Pointer = 1,
    Text = 2,
    Double = 3,
    Bytes = 4,
    UInt16 = 5,
    UInt32 = 6,
    Map = 7,
    Int32 = 8,
    UInt64 = 9,
    UInt128 = 10,
    Array = 11,
    Cache = 12,
    End = 13,
    Boolean = 14,
    Float = 15,
}

/// <summary>One field: what it is, where its payload starts, and how large it is.</summary>
/// <param name="Start">Offset of the payload in its section.</param>
/// <param name="Size">Bytes of payload; pairs of a map; values of an array; the value of a boolean; the target of a pointer.</param>
internal readonly record struct MaxMindField(MaxMindType Type, int Start, int Size);

/// <summary>
/// Reads fields of one section of a MaxMind DB 2.0 file, which is not trusted: every offset is checked, nothing
/// recurses, pointers are followed once, and one cursor reads a bounded number of fields.
/// </summary>
/// <remarks>All methods throw <see cref="InvalidDataException"/> where the section contradicts the format.</remarks>
internal ref struct MaxMindCursor(ReadOnlySpan<byte> section)
{
    /// <summary>Fields that one cursor reads: a place needs about a hundred, the largest known record a few hundred.</summary>
    public const int MaxFields = 10_000;

    private readonly ReadOnlySpan<byte> section = section;
    private int fields;

    /// <summary>The field at an offset, behind a pointer if it is one, and where the next field of its container starts.</summary>
    public MaxMindField Field(int offset, out int next)
    {
        var field = Direct(offset, out next);
        if (field.Type != MaxMindType.Pointer)
            return field;
        var target = Direct(field.Size, out _);
        // The format forbids it, and following it could go round for ever.
        return target.Type == MaxMindType.Pointer ? throw Wrong("a pointer to a pointer") : target;
    }

    /// <summary>The value of a key; null where the field is no map or lacks the key.</summary>
    public MaxMindField? Find(MaxMindField map, ReadOnlySpan<byte> key)
    {
        if (map.Type != MaxMindType.Map)
            return null;
        var offset = map.Start;
        for (var pair = 0; pair < map.Size; pair++)
        {
            var name = Field(offset, out offset);
            if (name.Type != MaxMindType.Text)
                throw Wrong("a map key that is no text");
            if (Payload(name).SequenceEqual(key))
                return Field(offset, out _);
            offset = Skip(offset);
        }
        return null;
    }

    /// <summary>Where the field after this one starts, all that is within it passed over.</summary>
    public int Skip(int offset)
    {
        for (long left = 1; left > 0; left--)
        {
            var field = Direct(offset, out offset);
            left += field.Type switch { MaxMindType.Map => 2L * field.Size, MaxMindType.Array => field.Size, _ => 0 };
        }
        return offset;
    }

    /// <summary>UTF-8 of at most so many bytes; null where it is longer or the field is no text.</summary>
    public string? Text(MaxMindField field, int maxBytes) =>
        field.Type == MaxMindType.Text && field.Size <= maxBytes ? Encoding.UTF8.GetString(Payload(field)) : null;

    /// <summary>A double or a float; null for any other field.</summary>
    public double? Real(MaxMindField field) => field.Type switch
    {
        MaxMindType.Double when field.Size == 8 => BinaryPrimitives.ReadDoubleBigEndian(Payload(field)),
        MaxMindType.Float when field.Size == 4 => BinaryPrimitives.ReadSingleBigEndian(Payload(field)),
        MaxMindType.Double or MaxMindType.Float => throw Wrong("a number of the wrong length"),
        _ => null,
    };

    /// <summary>An unsigned integer of any width; null for any other field.</summary>
    public UInt128? Unsigned(MaxMindField field)
    {
        var widest = field.Type switch
        {
            MaxMindType.UInt16 => 2, MaxMindType.UInt32 => 4, MaxMindType.UInt64 => 8, MaxMindType.UInt128 => 16, _ => -1,
        };
        if (widest < 0)
            return null;
        if (field.Size > widest)
            throw Wrong("an integer that is too long");
        UInt128 value = 0;
        foreach (var digit in Payload(field))
            value = (value << 8) | digit;
        return value;
    }

    public readonly ReadOnlySpan<byte> Payload(MaxMindField field) => section.Slice(field.Start, field.Size);

    private MaxMindField Direct(int offset, out int next)
    {
        if (++fields > MaxFields)
            throw Wrong("a record of too many fields");
        var control = Byte(offset++);
        var type = (MaxMindType)(control >> 5);
        if (type == MaxMindType.Pointer)
            return Pointer(control, offset, out next);
        if (type == MaxMindType.Extended)
            type = (MaxMindType)(Byte(offset++) + 7);
        if (type is <= MaxMindType.Pointer or MaxMindType.Cache or MaxMindType.End or > MaxMindType.Float
            || (type < MaxMindType.Int32 && control >> 5 == 0))
            throw Wrong("a field of no known type");

        var size = control & 31;
        if (size >= 29)
        {
            var bytes = size - 28;
            var more = Number(offset, bytes);
            offset += bytes;
            size = (int)more + bytes switch { 1 => 29, 2 => 285, _ => 65_821 };
        }

        next = offset;
        if (type is MaxMindType.Map or MaxMindType.Array or MaxMindType.Boolean)
            return new MaxMindField(type, offset, size);
        if (size > section.Length - offset)
            throw Wrong("a field that reaches past the end");
        next = offset + size;
        return new MaxMindField(type, offset, size);
    }

    private readonly MaxMindField Pointer(int control, int offset, out int next)
    {
        var bytes = ((control >> 3) & 3) + 1;
        var value = Number(offset, bytes);
        next = offset + bytes;
        var high = (long)(control & 7);
        var target = bytes switch
        {
            1 => (high << 8) + value,
            2 => (high << 16) + value + 2_048,
            3 => (high << 24) + value + 526_336,
            _ => value,
        };
        return target < section.Length ? new MaxMindField(MaxMindType.Pointer, offset, (int)target) : throw Wrong("a pointer past the end");
    }

    private readonly long Number(int offset, int bytes)
    {
        long value = 0;
        for (var i = 0; i < bytes; i++)
            value = (value << 8) | (uint)Byte(offset + i);
        return value;
    }

    private readonly int Byte(int offset) =>
        (uint)offset < (uint)section.Length ? section[offset] : throw Wrong("an offset past the end");

    private static InvalidDataException Wrong(string what) => new($"It has {what}.");
}
