using AICodeManager.Server.FrontDoor.ClientKeys.Signed;
using AICodeManager.Server.Ground.Coordination;
using AICodeManager.Server.Ground.Coordination.Questions;
using AICodeManager.Signatures.Keys;
using AICodeManager.Signatures.Signing;
using Microsoft.Extensions.DependencyInjection;

namespace AICodeManager.Tests.FrontDoor.ClientKeys.Signed;

/// <summary>The shared store holds copies of keys; to write into it is not to have a key.</summary>
public sealed class SharedKeyCopyTests
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_key_that_was_planted_in_the_shared_store_opens_nothing(bool withTag)
    {
        await using var lab = await KeyLab.StartAsync();
        var device = await lab.EnrolAsync(await lab.SignUpAsync());
        var reading = (await lab.Store.FindAsync(device.Id, TestContext.Current.CancellationToken))!;
        using var thief = SigningKey.Generate(SignatureAlgorithm.ES256);
        var planted = reading with { Key = reading.Key with { PublicKey = Convert.ToBase64String(thief.Public.ToSpki()), Thumbprint = thief.Public.Thumbprint } };
        var copies = lab.Server.Services.GetRequiredService<SharedKeyCopies>();
        var tag = copies.Seal(reading)[..^reading.ToText().Length];

        await PlantAsync(lab, device.Id, (withTag ? tag : "") + planted.ToText(), reading.Version);
        var forged = await lab.SendAsync(HttpMethod.Get, "auth/me", null, null, new RequestSigner(
            thief, device.Id.ToString("D"), new SignerOptions { Time = lab.Clock }));

        Assert.Equal((401, "signature_invalid"), forged.Outcome);
        Assert.Equal(200, (await lab.AskAsync(device)).Status);
        Assert.Equal(planted.ToText(), copies.Open(copies.Seal(planted))!.ToText());
    }

    private static async Task PlantAsync(KeyLab lab, Guid keyId, string text, long version) =>
        await lab.Server.Services.GetRequiredService<ICoordination>().ExchangeAsync(
            [new PutFact(KeyFinder.ShardOf(keyId), "row") { Version = version, Data = text, Until = lab.Clock.GetUtcNow().AddHours(1) }],
            TestContext.Current.CancellationToken);
}
