using System.Security.Cryptography;
using System.Text;
using AICodeManager.Server.Ground.Text;

namespace AICodeManager.Tests.Ground.Text;

/// <summary>The sums were made by another implementation, CPython's unicodedata 14.0.</summary>
public sealed class NfkcTests
{
    [Fact]
    public void Every_character_has_the_form_that_another_implementation_gives_it()
    {
        using var sum = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        for (var point = 0; point < 0x110000; point++)
        {
            if (Rune.IsValid(point))
            {
                sum.AppendData(Encoding.UTF8.GetBytes(Nfkc.Of(new Rune(point).ToString())));
            }
        }

        Assert.Equal("b7076698778b0a8775dc1558cadc93805a5282625989d35b9edaa1dd1f91e2bc", Convert.ToHexStringLower(sum.GetHashAndReset()));
    }

    [Fact]
    public void Mixed_marks_and_letters_are_ordered_and_joined_as_another_implementation_does()
    {
        var pool = Enumerable.Range(0, 0x110000)
            .Where(p => NfkcTable.Decompositions.ContainsKey(p) || NfkcTable.ClassOf(p) > 0 || p is >= 0x1100 and <= 0x11FF or >= 0xAC00 and < 0xD7A4)
            .ToArray();
        using var sum = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var state = 1L;
        for (var round = 0; round < 20_000; round++)
        {
            var text = new StringBuilder();
            for (var i = 0; i < 8; i++)
            {
                state = ((state * 1103515245) + 12345) & 0x7fffffff;
                text.Append(new Rune(pool[(int)(state >> 8) % pool.Length]).ToString());
            }

            sum.AppendData(Encoding.UTF8.GetBytes(Nfkc.Of(text.ToString())));
        }

        Assert.Equal("524072587fd840e128688aea994a128ae798759c0188adb55066dab084ddcf07", Convert.ToHexStringLower(sum.GetHashAndReset()));
    }

    [Theory]
    [InlineData("\u1112\u1161\u11ab\u1100\u1173\u11af", "한글")]
    [InlineData("ｐａｓｓ", "pass")]
    [InlineData("A\u030A", "Å")]
    [InlineData("a\uD800b", "a\uFFFDb")]
    [InlineData("", "")]
    public void Texts_that_mean_the_same_are_the_same(string text, string normal) => Assert.Equal(normal, Nfkc.Of(text));
}
