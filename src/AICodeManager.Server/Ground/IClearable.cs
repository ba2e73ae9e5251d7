namespace AICodeManager.Server.Ground;

/// <summary>A memory of this process that an emergency empties. Emptying it may cost time and never an answer's rightness.</summary>
public interface IClearable
{
    void Clear();
}
