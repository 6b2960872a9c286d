// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.27;

interface IPriced {
    function peek() external view returns (bytes32, bool);
}

/// Maker's oracle with a delay: what the source says comes into force one poke later, and only those
/// on the list may look. Here it may be poked at any time, and anyone may enter anybody.
contract DevOsm {
    event LogValue(bytes32 val);

    IPriced public immutable src;
    mapping(address => uint256) public bud;

    bytes32 private current;
    bool private hasCurrent;
    bytes32 private next;
    bool private hasNext;

    modifier toll() {
        require(bud[msg.sender] == 1, "OSM/contract-not-whitelisted");
        _;
    }

    constructor(IPriced src_) {
        src = src_;
    }

    function kiss(address who) external {
        bud[who] = 1;
    }

    function poke() external {
        (current, hasCurrent) = (next, hasNext);
        (next, hasNext) = src.peek();
        emit LogValue(current);
    }

    function peek() external view toll returns (bytes32, bool) {
        return (current, hasCurrent);
    }

    function peep() external view toll returns (bytes32, bool) {
        return (next, hasNext);
    }
}
