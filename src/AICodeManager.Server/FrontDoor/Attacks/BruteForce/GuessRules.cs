using AICodeManager.Server.Ground.Configuration.Sections;

namespace AICodeManager.Server.FrontDoor.Attacks.BruteForce;

/// <summary>
/// What guessing is measured by. <c>max_attempts</c> in <c>window</c> is the one measure that is configured: a bucket of
/// so many failures that forgives one every <c>window / max_attempts</c>. The others are multiples of it.
/// </summary>
/// <param name="Failures">5: failures at once of one network at one account, or of a network that nobody ever signed in from.</param>
/// <param name="Each">1 minute: until one of them is forgiven.</param>
/// <param name="BlockFor">30 minutes.</param>
public sealed record GuessRules(int Failures, TimeSpan Each, TimeSpan BlockFor)
{
    /// <summary>Different accounts that fail from one network within <see cref="Recent"/> and mean that it walks a list.</summary>
    public const int ManyAccounts = 12;

    /// <summary>Different accounts that fail with one password within <see cref="Recent"/>.</summary>
    public const int SprayedAccounts = 10;

    /// <summary>
    /// Accounts, and networks, that fail at the whole site within <see cref="Recent"/> and do not sign in after all: lists of
    /// stolen passwords are tried. Honest people's mistakes leave the count as soon as they get it right.
    /// </summary>
    public const int StuffedAccounts = 25;

    public static readonly TimeSpan Recent = TimeSpan.FromMinutes(10);

    /// <summary>How long a network is remembered to have failed at an account, and so keeps out of the lane of new ones.</summary>
    public static readonly TimeSpan Remembered = TimeSpan.FromHours(1);

    /// <summary>How long a sign-in speaks for its network.</summary>
    public static readonly TimeSpan Vouched = TimeSpan.FromDays(7);

    /// <summary>One network at one account over hours: what the short bucket forgives, this one does not.</summary>
    public int Persistent => 6 * Failures;

    public TimeSpan PersistentEach => 15 * Each;

    /// <summary>All unknown devices at one account; networks that failed on it already, and others, have a lane each.</summary>
    public int Lane => 3 * Failures;

    /// <summary>One known device.</summary>
    public int Device => 2 * Failures;

    /// <summary>One password, from networks that nobody signed in from.</summary>
    public int Password => 4 * Failures;

    /// <summary>Codes of one account's second factor, after a right password.</summary>
    public int Codes => 2 * Failures;

    /// <summary>Proofs of a network that nobody can guess, such as passkeys: this only keeps floods away.</summary>
    public int Proofs => 12 * Failures;

    public TimeSpan ProofsEach => Each / 6;

    /// <summary>Different dead tokens of a network at once: what a rotation of keys leaves in a small office.</summary>
    public int Tokens => 6 * Failures;

    public TimeSpan TokensEach => Each / 5;

    /// <summary>Registrations of a network: a hundred at once, and as many an hour.</summary>
    public const int Registrations = 100;

    public static readonly TimeSpan RegistrationsEach = TimeSpan.FromSeconds(36);

    public static GuessRules From(BruteForceSettings settings) =>
        new(settings.MaxAttempts, settings.Window / settings.MaxAttempts, settings.BlockDuration);

    /// <summary>Each person who has signed in from a network lends it as many failures again, up to six times as many.</summary>
    public int OfNetwork(int people) => Failures * Math.Min(6, 1 + people);

    /// <summary>And makes it forgive faster, up to three times.</summary>
    public TimeSpan EachOfNetwork(int people) => Each / Math.Min(3, 1 + people);

    /// <summary>What a failure counts, by how many different accounts have failed from there lately.</summary>
    public static int Weight(int accounts, int people) => accounts >= ManyAccounts ? 4 : people == 0 && accounts >= 3 ? 2 : 1;
}
