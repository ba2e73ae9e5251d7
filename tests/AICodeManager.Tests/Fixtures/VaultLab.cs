using AICodeManager.Server.Ground;
using AICodeManager.Server.Ground.Configuration;
using AICodeManager.Server.Ground.Storage;
using AICodeManager.Server.Keeping.Vault;
using Microsoft.Extensions.Logging.Abstractions;

namespace AICodeManager.Tests.Fixtures;

/// <summary>One process's vault over a database: several of them are several nodes, or one before and after a restart.</summary>
internal sealed class VaultLab
{
    public const string RootText = "a database key of more than 32 characters";

    private static readonly CancellationToken Cancel = TestContext.Current.CancellationToken;

    private VaultLab(Database database, RootKeys roots, Settings settings, TimeProvider time)
    {
        var audit = AuditWriting.Trail(database, time);
        Roots = roots;
        Keys = new VaultKeys(database, roots, time);
        Store = new VaultKeyStore(database, Keys, audit, time);
        Vault = new FieldVault(Keys);
        Fields = new SealedFields(Vault, settings);
        Census = new SealedCensus(database);
        Opening = new VaultOpening(database, Keys, Store, Vault, Census, NullLogger<VaultOpening>.Instance);
        Rotation = new VaultRotation(database, Keys, Store, Vault, Fields, audit, time, TimeSpan.Zero);
        Verification = new VaultVerification(database, Keys, Vault, audit);
        Keeper = new VaultKeeper(Keys, Store, time, NullLogger<VaultKeeper>.Instance);
    }

    public RootKeys Roots { get; }
    public VaultKeys Keys { get; }
    public VaultKeyStore Store { get; }
    public FieldVault Vault { get; }
    public SealedFields Fields { get; }
    public SealedCensus Census { get; }
    public VaultOpening Opening { get; }
    public VaultRotation Rotation { get; }
    public VaultVerification Verification { get; }
    public VaultKeeper Keeper { get; }

    /// <summary>A vault that is not open yet.</summary>
    /// <param name="roots">The configured key, and those that it replaced.</param>
    /// <param name="fields">Further sealed fields.</param>
    public static VaultLab Of(Database database, string[]? roots = null, string[]? fields = null, TimeProvider? time = null)
    {
        Secret[] secrets = [.. (roots ?? [RootText]).Select(text => new Secret(text))];
        var settings = ConfigurationLoader.Load(new Dictionary<string, string> { ["DB_ENCRYPTION_KEY"] = RootText }, Path.GetTempPath()).Settings;
        settings = settings with
        {
            Database = settings.Database with
            {
                Encryption = settings.Database.Encryption with { EncryptedFields = [.. settings.Database.Encryption.EncryptedFields, .. fields ?? []] },
            },
        };
        return new VaultLab(database, new RootKeys(secrets[0], secrets[1..]), settings, time ?? TimeProvider.System);
    }

    public static async Task<VaultLab> OpenAsync(Database database, string[]? roots = null, string[]? fields = null, TimeProvider? time = null)
    {
        var lab = Of(database, roots, fields, time);
        await lab.Opening.OpenAsync(Cancel);
        return lab;
    }

    /// <summary>A vault with two keys that never lay in a database.</summary>
    public static VaultLab WithoutDatabase(string root = RootText)
    {
        // Never connected to: every key that is asked for is there.
        var lab = Of(Database.Sqlite(Path.Combine(Path.GetTempPath(), "aicli-test-none", "never.db")), [root]);
        lab.Keys.Take([lab.Row(1, 1), lab.Row(2, 2)]);
        return lab;
    }

    private VaultKeyRow Row(long number, byte filling) => new()
    {
        Number = number, Root = Roots.Fingerprint, Wrapped = Keys.Wrap(number, Enumerable.Repeat(filling, DataKey.Bytes).ToArray()),
    };
}
