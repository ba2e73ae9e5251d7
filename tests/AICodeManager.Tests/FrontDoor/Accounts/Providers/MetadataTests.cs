using System.Text.Json;
using System.Text.Json.Nodes;
using AICodeManager.Server.FrontDoor.Accounts.Providers;
using AICodeManager.Server.FrontDoor.Accounts.Providers.OpenId;

namespace AICodeManager.Tests.FrontDoor.Accounts.Providers;

public sealed class MetadataTests
{
    private const string Issuer = "https://id.example.com/tenant";

    [Fact]
    public void A_discovery_document_gives_what_is_needed()
    {
        var read = Metadata.Read(Document(d => d["authorization_response_iss_parameter_supported"] = true), Issuer);
        Assert.Equal(new Uri("https://id.example.com/token"), read.Token);
        Assert.Equal((ClientAuthentication.Basic, true), (read.Authentication, read.SendsIssuer));
        Assert.Null(read.UserInfo);
    }

    [Theory]
    [InlineData("issuer", "\"https://id.example.com/tenant/\"")]
    [InlineData("issuer", "\"https://ID.example.com/tenant\"")]
    [InlineData("issuer", "\"https://evil.example\"")]
    [InlineData("issuer", "7")]
    [InlineData("token_endpoint", "\"http://id.example.com/token\"")]
    [InlineData("token_endpoint", "\"http://127.0.0.1/token\"")]
    [InlineData("token_endpoint", "\"https://localhost/token\"")]
    [InlineData("token_endpoint", "\"file:///etc/passwd\"")]
    [InlineData("token_endpoint", "\"//id.example.com/token\"")]
    [InlineData("token_endpoint", "null")]
    [InlineData("jwks_uri", "\"https://user@id.example.com/jwks\"")]
    [InlineData("userinfo_endpoint", "\"http://169.254.169.254/latest\"")]
    [InlineData("code_challenge_methods_supported", "[\"plain\"]")]
    [InlineData("token_endpoint_auth_methods_supported", "[\"private_key_jwt\"]")]
    public void Cannot_be_another_issuers_or_point_to_a_place_that_is_not_safe(string member, string value) =>
        Assert.Equal(ProviderFault.Unacceptable, Assert.Throws<ProviderException>(() => Metadata.Read(Document(d => d[member] = JsonNode.Parse(value)), Issuer)).Fault);

    [Fact]
    public void Only_a_provider_on_this_machine_may_name_addresses_on_it()
    {
        const string Local = "http://127.0.0.1:5000";
        Metadata.Read(Document(d => (d["issuer"], d["token_endpoint"]) = (Local, $"{Local}/token")), Local);
    }

    private static ProviderAnswer Document(Action<JsonObject> change)
    {
        var document = new JsonObject
        {
            ["issuer"] = Issuer,
            ["authorization_endpoint"] = "https://id.example.com/authorize",
            ["token_endpoint"] = "https://id.example.com/token",
            ["jwks_uri"] = "https://id.example.com/jwks",
        };
        change(document);
        return new ProviderAnswer(200, JsonElement.Parse(document.ToJsonString()));
    }
}
