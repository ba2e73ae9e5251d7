namespace AICodeManager.Server.FrontDoor.Attacks.Detection;

/// <summary>What a detector saw in one value; <c>default</c> for nothing.</summary>
/// <param name="Score"><see cref="Strong"/> is enough by itself; less adds up over a request.</param>
/// <param name="Rule">Stable name of the rule, for example <c>sql.tautology</c>; an operator can turn it off by it.</param>
public readonly record struct Finding(AttackClass Class, int Score, string Rule)
{
    /// <summary>No honest value looks like this.</summary>
    public const int Strong = 5;

    /// <summary>Worth an alert beside others.</summary>
    public const int Weak = 2;

    public bool Any => Score > 0;
}
