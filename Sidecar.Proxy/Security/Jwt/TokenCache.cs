using System.Collections.Concurrent;

namespace Sidecar.Proxy.Security.Jwt;

/// <summary>Remembers tokens that hold: two generations, of which the older is dropped when the younger is full.</summary>
/// <param name="capacity">How many are remembered at most.</param>
internal sealed class TokenCache(int capacity)
{
    private readonly Lock _lock = new();
    private readonly int _half = (capacity + 1) / 2;
    private volatile ConcurrentDictionary<Digest, VerifiedToken> _young = [];
    private volatile ConcurrentDictionary<Digest, VerifiedToken> _old = [];
    private int _count;

    /// <summary>Finds a token.</summary>
    /// <returns>The token, or null when it is not remembered.</returns>
    public VerifiedToken? Find(Digest id)
    {
        if (_young.TryGetValue(id, out var token))
            return token;
        if (!_old.TryGetValue(id, out token))
            return null;
        Add(id, token);
        return token;
    }

    /// <summary>Remembers a token.</summary>
    public void Add(Digest id, VerifiedToken token)
    {
        if (capacity == 0)
            return;
        lock (_lock)
        {
            if (_count >= _half)
                (_old, _young, _count) = (_young, [], 0);
            if (_young.TryAdd(id, token))
                _count++;
            else
                _young[id] = token;
        }
    }
}
