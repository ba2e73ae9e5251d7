using System.Net;
using AICodeManager.Server.Ground.Http;

namespace AICodeManager.Tests.FrontDoor.Attacks.Blocks;

public sealed class NetworkRangeTests
{
    [Theory]
    [InlineData("203.0.113.7", "203.0.113.7", "203.0.113.7", "203.0.113.8")]
    [InlineData("203.0.113.9/24", "203.0.113.0/24", "203.0.113.255", "203.0.114.0")]
    [InlineData("10.0.0.0/8", "10.0.0.0/8", "10.255.0.1", "11.0.0.0")]
    [InlineData("::ffff:203.0.113.7", "203.0.113.7", "203.0.113.7", "203.0.113.8")]
    [InlineData("2001:db8:1:2::5", "2001:db8:1:2::/64", "2001:db8:1:2:ffff::1", "2001:db8:1:3::")]
    [InlineData("2001:db8::/32", "2001:db8::/32", "2001:db8:ffff::1", "2001:db9::")]
    [InlineData("2001:db8:1:2::/64", "2001:db8:1:2::/64", "2001:db8:1:2::", "203.0.113.7")]
    public void Can_name_an_address_or_a_range(string text, string written, string within, string beyond)
    {
        Assert.True(NetworkRange.TryParse(text, out var range));
        Assert.Equal(written, range.ToString());
        Assert.True(NetworkRange.TryParse(range.ToString(), out var again) && again == range);
        Assert.True(range.Contains(ClientNetwork.Of(IPAddress.Parse(within))));
        Assert.False(range.Contains(ClientNetwork.Of(IPAddress.Parse(beyond))));
    }

    // Read as octal or hexadecimal, it would be somebody else's network.
    [Theory]
    [InlineData("010.1.2.3")]
    [InlineData("0x0a.1.2.3/24")]
    public void Cannot_name_an_address_in_other_numbers(string text) => Assert.False(NetworkRange.TryParse(text, out _));

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("host.example.org")]
    [InlineData("203.0.113")]
    [InlineData("3405803783")]
    [InlineData("203.0.113.7/7")]
    [InlineData("203.0.113.7/33")]
    [InlineData("203.0.113.7/+8")]
    [InlineData("203.0.113.7/24/24")]
    [InlineData("2001:db8::/65")]
    [InlineData("2001:db8::/8")]
    [InlineData("::/16")]
    [InlineData("fe80::1%eth0")]
    [InlineData("0.0.0.0/0")]
    public void Cannot_name_what_is_none_or_too_much(string? text) =>
        Assert.False(NetworkRange.TryParse(text, out var range) && range.Contains(ClientNetwork.Of(IPAddress.Parse("203.0.113.7"))));
}
