using System.Buffers.Text;
using System.Text;

namespace AICodeManager.Tests.Keeping.Secrets;

/// <summary>A search that finds nothing proves nothing, unless it finds what is there.</summary>
public sealed class SecretSearchTests
{
    private const string Secret = "p@ss wörd/with+signs=1234567890";

    public static TheoryData<string> Written => [
        Secret, $"before{Secret}after", Uri.EscapeDataString(Secret), Convert.ToHexString(Encoding.UTF8.GetBytes(Secret)),
        Convert.ToHexStringLower(Encoding.UTF8.GetBytes(Secret)), Encoded(""), Encoded("1"), Encoded("12"), Encoded("123"),
        Base64Url.EncodeToString(Encoding.UTF8.GetBytes($"ab{Secret}cd")),
    ];

    [Theory, MemberData(nameof(Written))]
    public void Finds_a_secret_in_every_form_that_is_written(string text)
    {
        var search = new SecretSearch();
        search.Mark("it", Secret);
        Assert.Single(search.Find($"…{text}…"));
        Assert.Empty(search.Find($"…{text}…", "it"));
        Assert.Empty(search.Find("p@ss w"));
    }

    [Fact]
    public void Finds_it_in_the_memory_form_of_text()
    {
        var search = new SecretSearch();
        search.Mark("it", Secret);
        Assert.Single(search.Find(Encoding.Unicode.GetBytes($"x{Secret}")));
        Assert.Single(search.Find([.. Encoding.UTF8.GetBytes(Secret).Reverse()]));
    }

    private static string Encoded(string before) => Convert.ToBase64String(Encoding.UTF8.GetBytes($"{before}{Secret}and more"));
}
