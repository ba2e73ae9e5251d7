namespace AICodeManager.Server.Ground.Coordination;

/// <summary>
/// One thing asked of the shared store; after the exchange it holds its own answer. Times are kept to the millisecond.
/// Data that breaks a bound named here or at a question is an <see cref="ArgumentException"/>, before anything is asked.
/// </summary>
/// <param name="shard">What the key belongs to, for example a user: keys of one shard lie together (1 to 64 characters of <c>[A-Za-z0-9_-]</c>).</param>
/// <param name="key">Name within the shard and the question's kind (1 to 128 characters of <c>[A-Za-z0-9_:.-]</c>).</param>
public abstract class Question(string shard, string key)
{
    public string Shard { get; } = shard;

    public string Key { get; } = key;
}
