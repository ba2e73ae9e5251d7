using AICodeManager.Server.Ground;

namespace AICodeManager.Tests;

public sealed class SecretTests
{
    [Fact]
    public void Prints_as_stars_wherever_it_is_written() =>
        Assert.Equal("key=***", $"key={new Secret("sk-live")}");
}
