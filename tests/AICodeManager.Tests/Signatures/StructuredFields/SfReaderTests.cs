using AICodeManager.Signatures.StructuredFields;

namespace AICodeManager.Tests.Signatures.StructuredFields;

public sealed class SfReaderTests
{
    [Fact]
    public void Can_read_what_signs_a_request_without_allocating()
    {
        ReadOften(); // what the runtime allocates once, for code that is new to it, is not the reader's
        var before = GC.GetAllocatedBytesForCurrentThread();
        ReadOften();
        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    [Fact]
    public void Cannot_be_kept_busy_longer_than_the_text_is_long()
    {
        // A reader that went back even once for each piece would need billions of steps for each text, and not end in a test run.
        string[] pieces = ["\\\"", "%c3%bc", ";a", "; a=1", "(", ")", "( ", "1 ", "a,", "a, ", "\t", " ", "A", "=", "9", "::", "?1", "\"", "%f0"];
        string[] starts = ["", "\"", "%\"", "a", "(", ":", "1", "a=(1 ", "a=\"", "a=%\"", "a=:"];
        foreach (var text in from start in starts from piece in pieces select start + string.Concat(Enumerable.Repeat(piece, 150_000 / piece.Length)))
        {
            SfWalk.Item(text);
            SfWalk.List(text);
            SfWalk.Dictionary(text);
        }
    }

    [Fact]
    public void Cannot_go_on_after_a_fault()
    {
        var reader = new SfReader("A=1, b");
        Assert.False(reader.TryKey(out _));
        Assert.NotNull(reader.Fault);
        Assert.False(reader.TryTake('A'));
        Assert.False(reader.TryBare(out _));
        Assert.False(reader.NextMember());
        Assert.False(reader.NextInner());
        Assert.False(reader.NextParameter(out _, out _));
        reader.SkipOws();
        Assert.Equal(0, reader.Position);
        Assert.False(reader.AtEnd);
        Assert.Equal("a key starts with a small letter or an asterisk", reader.Fault);
    }

    [Fact]
    public void Can_refuse_a_text_for_a_reason_of_the_callers_own()
    {
        var reader = new SfReader("");
        Assert.True(reader.AtEnd);
        Assert.False(reader.Fail("created is missing"));
        Assert.False(reader.Fail("nonce is missing"));
        Assert.Equal("created is missing", reader.Fault);
        Assert.False(reader.AtEnd);
    }

    [Fact]
    public void Can_step_through_what_signs_a_request()
    {
        var reader = new SfReader("""sig1=("@method" "x";sf);created=17;tag="a\"b\\" """.TrimEnd());
        Assert.True(reader.TryKey(out var label));
        Assert.Equal("sig1", label.ToString());
        Assert.True(reader.TryTake('='));
        Assert.True(reader.TryTake('('));
        Assert.True(reader.NextInner());
        Assert.True(reader.TryBare(out var method));
        Assert.Equal((SfKind.String, "@method", false), (method.Kind, method.Raw.ToString(), method.Escaped));
        Assert.True(reader.NextInner());
        Assert.True(reader.TryBare(out _));
        Assert.True(reader.NextParameter(out var sf, out var flag));
        Assert.Equal(("sf", true, 0), (sf.ToString(), flag.Boolean, flag.Raw.Length));
        Assert.False(reader.NextInner());
        Assert.True(reader.NextParameter(out _, out var created));
        Assert.Equal((SfKind.Integer, 17L, "17"), (created.Kind, created.Integer, created.Raw.ToString()));
        Assert.True(reader.NextParameter(out _, out var tag));
        Assert.True(tag.Escaped);
        Assert.Equal("a\"b\\", tag.ToText());
        Assert.False(reader.NextParameter(out _, out _));
        Assert.False(reader.NextMember());
        Assert.True(reader.AtEnd);
    }

    [Theory]
    [InlineData("1.5", 1500, "1.5")]
    [InlineData("-0.25", -250, "-0.25")]
    [InlineData("@-7", -7, "@-7")]
    [InlineData("?1", 1, "?1")]
    [InlineData("-000000000000042", -42, "-000000000000042")]
    public void Can_take_a_number_out_of_a_slice(string text, long number, string raw)
    {
        var reader = new SfReader(text);
        Assert.True(reader.TryBare(out var bare));
        Assert.Equal((number, raw), (bare.Integer, bare.Raw.ToString()));
        Assert.True(reader.AtEnd);
    }

    [Fact]
    public void Can_decode_bytes_into_exactly_the_room_they_need()
    {
        for (var length = 0; length < 70; length++)
        {
            byte[] bytes = [.. Enumerable.Range(200, length).Select(i => (byte)i)];
            var reader = new SfReader($":{Convert.ToBase64String(bytes)}:");
            Assert.True(reader.TryBare(out var bare));
            Assert.Equal(length, bare.ByteLength);
            var target = new byte[length];
            Assert.True(bare.TryDecodeBytes(target, out var written));
            Assert.Equal(length, written);
            Assert.Equal(bytes, target);
            Assert.True(length == 0 || !bare.TryDecodeBytes(target.AsSpan(1), out _));
        }
    }

    [Theory]
    [InlineData("\"a\\\\b\\\"\"", "a\\b\"")]
    [InlineData("%\"%f0%9f%8c%8d!%e2%82%ac%25\"", "\U0001F30D!\u20AC%")]
    public void Cannot_unescape_beyond_the_target(string text, string expected)
    {
        for (var room = 0; room < expected.Length; room++)
        {
            var size = room;
            Assert.Throws<ArgumentException>(() => Unescape(text, size));
        }

        Assert.Equal(expected, Unescape(text, expected.Length));
    }

    /// <summary>Every two characters that end base64 with padding: only those whose spare bits are zero are what an encoder writes.</summary>
    [Fact]
    public void Cannot_spell_the_same_bytes_in_two_ways()
    {
        const string Alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
        foreach (var last in Alphabet)
        {
            foreach (var text in new[] { $"AA{last}=", $"A{last}==" })
            {
                var canonical = Convert.ToBase64String(Convert.FromBase64String(text)) == text;
                Assert.Equal(canonical, SfWalk.Item($":{text}:"));
            }
        }
    }

    private static void ReadOften()
    {
        for (var i = 0; i < 200; i++)
        {
            foreach (var text in SfInputs.Real)
            {
                if (!(SfWalk.Dictionary(text) | SfWalk.List(text) | SfWalk.Item(text)))
                    throw new InvalidOperationException(text);
            }
        }
    }

    private static string Unescape(string text, int room)
    {
        var reader = new SfReader(text);
        Assert.True(reader.TryBare(out var bare));
        var target = new char[room];
        return new string(target, 0, bare.Unescape(target));
    }
}
