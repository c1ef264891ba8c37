using System.Collections;

namespace Sidecar.Proxy.Server;

/// <summary>The features of a connection's current request. There are few of them, and most are the same from request to request.</summary>
/// <param name="connection">The connection's own, which stand behind.</param>
internal sealed class RequestFeatures(IFeatureCollection connection) : IFeatureCollection
{
    private (Type Type, object? Feature)[] _features = new (Type, object?)[24];
    private readonly List<Type> _absent = [];
    private object?[] _lasting = [];
    private int _count;

    /// <inheritdoc />
    public bool IsReadOnly => false;

    /// <inheritdoc />
    public int Revision { get; private set; }

    /// <inheritdoc />
    public object? this[Type key]
    {
        get
        {
            for (var i = 0; i < _count; i++)
            {
                if (_features[i].Type == key)
                    return _features[i].Feature ?? Behind(key);
            }

            return Behind(key);
        }

        set
        {
            Revision++;
            for (var i = 0; i < _count; i++)
            {
                if (_features[i].Type != key)
                    continue;
                _features[i].Feature = value;
                return;
            }

            if (_count == _features.Length)
                Array.Resize(ref _features, _count * 2);
            _features[_count++] = (key, value);
        }
    }

    /// <summary>What has been set so far is there for every request.</summary>
    public void Keep() => _lasting = [.. _features.Take(_count).Select(static entry => entry.Feature)];

    /// <summary>Forgets what the last request has set.</summary>
    public void Reset()
    {
        for (var i = 0; i < _lasting.Length; i++)
            _features[i].Feature = _lasting[i];
        Array.Clear(_features, _lasting.Length, _count - _lasting.Length);
        _count = _lasting.Length;
        Revision++;
    }

    /// <inheritdoc />
    public TFeature? Get<TFeature>() => (TFeature?)this[typeof(TFeature)];

    /// <inheritdoc />
    public void Set<TFeature>(TFeature? instance) => this[typeof(TFeature)] = instance;

    /// <inheritdoc />
    public IEnumerator<KeyValuePair<Type, object>> GetEnumerator()
    {
        for (var i = 0; i < _count; i++)
        {
            if (_features[i].Feature is { } feature)
                yield return new(_features[i].Type, feature);
        }
    }

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    // Nobody adds to a connection that is served, and most of what is asked for it does not have.
    private object? Behind(Type key)
    {
        foreach (var type in _absent)
        {
            if (type == key)
                return null;
        }

        var feature = connection[key];
        if (feature is null)
            _absent.Add(key);
        return feature;
    }
}
