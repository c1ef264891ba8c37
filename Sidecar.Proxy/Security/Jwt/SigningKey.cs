using System.Collections.Concurrent;
using System.Security.Cryptography;

namespace Sidecar.Proxy.Security.Jwt;

/// <summary>A public key that signatures are checked with.</summary>
/// <param name="id">Its <c>kid</c>, or null.</param>
/// <param name="only">The one algorithm that the key is for, or null.</param>
internal abstract class SigningKey(string? id, JwtAlgorithm? only)
{
    /// <summary>Its <c>kid</c>, or null.</summary>
    public string? Id { get; } = id;

    /// <summary>Whether a token of this algorithm may be signed with it: the kind of key decides, not the token.</summary>
    /// <param name="algorithm">The token's algorithm.</param>
    /// <returns>Whether it may.</returns>
    public bool Fits(JwtAlgorithm algorithm) => (only is null || only == algorithm) && IsFor(algorithm);

    /// <summary>Checks a signature.</summary>
    /// <param name="algorithm">An algorithm that fits.</param>
    /// <param name="data">What is signed.</param>
    /// <param name="signature">The signature.</param>
    /// <returns>Whether it holds.</returns>
    public abstract bool Verify(JwtAlgorithm algorithm, ReadOnlySpan<byte> data, ReadOnlySpan<byte> signature);

    /// <summary>Whether keys of this kind are for the algorithm.</summary>
    /// <param name="algorithm">The algorithm.</param>
    protected abstract bool IsFor(JwtAlgorithm algorithm);

    /// <summary>Instances of a key: .NET promises nothing about two threads with one of them.</summary>
    /// <param name="create">Makes one.</param>
    /// <typeparam name="T">The kind of key.</typeparam>
    protected sealed class Pool<T>(Func<T> create)
        where T : AsymmetricAlgorithm
    {
        private readonly ConcurrentBag<T> _idle = [];

        /// <summary>Takes one.</summary>
        public T Take() => _idle.TryTake(out var one) ? one : create();

        /// <summary>Gives it back.</summary>
        /// <param name="one">What was taken.</param>
        public void Return(T one) => _idle.Add(one);
    }
}
